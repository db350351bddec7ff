import type { Socket } from 'node:net'
import type { FastifyError, FastifyReply } from 'fastify'
import { noStore, RequestError, type RequestErrorCode, SinkUnavailable } from '../errors.ts'

const fastifyCodes: Readonly<Record<string, RequestErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_type',
  FST_ERR_CTP_EMPTY_TYPE: 'unsupported_type',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'not_json',
  FST_ERR_BAD_URL: 'bad_request',
}

/** What a sender may know of a failure: never a stack trace, never the words of a fault of ours. */
export function toRequestError(error: unknown): RequestError {
  if (error instanceof RequestError) return error
  if (error instanceof SinkUnavailable) return noStore(error.message)
  const { code, statusCode, message } = error as FastifyError
  const known = fastifyCodes[code]
  if (known) return new RequestError(known, message)
  if (statusCode === 404 || statusCode === 403) return new RequestError('not_found', 'There is nothing at this address')
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) return new RequestError('invalid_query', message)
  return new RequestError('internal', 'A fault of the collector; its log says more')
}

const bodyOf = ({ code, message }: RequestError) => ({ error: { code, message } })

/** Answers with an error. */
export function sendError(reply: FastifyReply, error: RequestError): FastifyReply {
  if (error.retryAfter !== undefined) reply.header('retry-after', String(error.retryAfter))
  return reply.code(error.status).send(bodyOf(error))
}

const reasons: Readonly<Record<number, string>> = { 400: 'Bad Request', 408: 'Request Timeout', 431: 'Request Header Fields Too Large' }

/** What became of a connection before there was a request: https://nodejs.org/api/http.html#event-clienterror */
function clientFailure(code: string | undefined): RequestError {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return new RequestError('too_slow', 'The request did not arrive in time')
  if (code === 'HPE_HEADER_OVERFLOW') return new RequestError('headers_too_large', 'Address and headers are larger than 16 KiB')
  return new RequestError('bad_request', 'This is not HTTP')
}

/**
 * Answers what is no request, in the form of all other errors, and ends the connection.
 * @param count is told the code of each
 */
export function answerClientError(failure: NodeJS.ErrnoException, socket: Socket, count: (code: RequestErrorCode) => void): void {
  // What still comes behind something that was answered so is no failure of its own.
  if (failure.code === 'ECONNRESET' || !socket.writable) return
  const error = clientFailure(failure.code)
  count(error.code)
  const body = JSON.stringify(bodyOf(error))
  const head = `HTTP/1.1 ${error.status} ${reasons[error.status]}\r\nContent-Type: application/json; charset=utf-8\r\nConnection: close\r\n`
  // In the middle of an answer there is no place for another one.
  if (socket.bytesWritten === 0) socket.write(`${head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
  socket.destroySoon()
}
