import type { FastifyInstance } from 'fastify'
import { RequestError } from '../errors.ts'

/**
 * Takes over two answers that Node would give by itself, without a body and uncounted: to an expectation that it does not know, which may be
 * ignored (RFC 9110, section 10.1.1), and to a request without a Host header. The server must be told `requireHostHeader: false`.
 */
export function answerInstead(app: FastifyInstance): void {
  app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response))
  app.addHook('onRequest', async ({ raw: { headers, httpVersion } }) => {
    if (headers.host === undefined && httpVersion === '1.1') throw new RequestError('bad_request', 'The Host header is missing')
  })
}
