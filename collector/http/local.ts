import type { FastifyInstance, FastifyRequest } from 'fastify'
import { isLoopback } from '../config.ts'
import { RequestError } from '../errors.ts'
import { parsedUrl } from '../parsed-url.ts'

const isLocalName = (name: string): boolean => isLoopback(name) || /(^|\.)localhost$/i.test(name)
const writes = new Set(['/v1/events', '/v1/validate'])
/** What says nothing of what is stored, by route. */
const open = new Set(['/healthz', '/tracker.js', '/tracker.js.sri', '/tracker.d.ts', '/*'])

const originHost = ({ headers: { origin = '' } }: FastifyRequest): string | undefined =>
  /^https?:/.test(origin) ? parsedUrl(origin)?.host : undefined

/** Whether a request is of a page from elsewhere, which its user did not mean to show what is stored here. */
function isForeign(request: FastifyRequest): boolean {
  // A name that its owner has pointed at this machine makes the collector look like part of his page: https://en.wikipedia.org/wiki/DNS_rebinding
  if (!isLocalName(request.hostname)) return true
  // A form, or a fetch without a preflight, can be sent from any page.
  const host = originHost(request)
  return (
    request.method !== 'GET' && request.method !== 'HEAD' && (request.headers.origin === 'null' || (host ?? request.host) !== request.host)
  )
}

/** What proxies add. Not all of them do, so this is a net and no permission. */
const isForwarded = ({ headers }: FastifyRequest): boolean =>
  ['forwarded', 'via', 'x-forwarded-for', 'x-real-ip'].some((name) => headers[name] !== undefined)

/** On loopback no key protects what is stored, so pages of other places may write events, load the tracker and nothing else. */
export function keepLocal(app: FastifyInstance): void {
  app.addHook('onRequest', async (request) => {
    // The route and not the address, which may spell it in another way: /%761/events.
    const { url: route = '' } = request.routeOptions
    const isWrite = writes.has(route) && request.method === 'POST'
    if (open.has(route) || isWrite || request.method === 'OPTIONS') return
    if (isForwarded(request))
      throw new RequestError('wrong_origin', 'A proxy brought this request: start the collector with TRUST_PROXY, and with keys')
    if (isForeign(request)) throw new RequestError('wrong_origin', 'Only this computer may read what is stored here')
  })
}
