import type { Batch, PageEvent, TrackedEvent } from '@webwatch/events/envelope.ts'
import { backoff } from '../backoff.ts'
import type { Transport } from '../transport.ts'
import type { ScriptOptions } from './options.ts'
import { identify, loadUnsent, saveUnsent } from './store.ts'

const MAX_EVENTS = 500
/** Bytes that all requests of a page that is left may have together: https://fetch.spec.whatwg.org/#http-network-or-cache-fetch */
const KEEPALIVE_BYTES = 60_000

const send = fetch.bind(window)
const bytes = (text: string) => new Blob([text]).size

function context(): Batch['context'] {
  return {
    language: navigator.language,
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    screen: `${screen.width}x${screen.height}`,
    viewport: `${innerWidth}x${innerHeight}`,
  }
}

/**
 * Sends events straight to the collector. What is not acknowledged stays in the queue, and in the page's storage
 * when the page is left; sending twice does no harm, since an event's id is its identity.
 * @param options of the script tag
 * @param version of the tracker
 */
export function collectorTransport(options: ScriptOptions, version: string): Transport {
  let queue: TrackedEvent[] = loadUnsent()
  let failures = 0
  let isSending = false
  let timer: ReturnType<typeof setTimeout> | undefined

  const body = (events: TrackedEvent[]) => {
    const batch: Batch = { sentAt: Date.now(), source: 'script', version, context: context(), events }
    return JSON.stringify(options.key ? { ...batch, key: options.key } : batch)
  }
  const post = async (events: TrackedEvent[], keepalive: boolean) => {
    // text/plain needs no preflight, which a page that is being left would not live to see.
    const headers = { 'content-type': 'text/plain' }
    const answer = await send(`${options.collector}/v1/events`, {
      method: 'POST',
      body: body(events),
      headers,
      keepalive,
      credentials: 'omit',
    })
    // A batch that the collector calls malformed stays so; everything else is worth another attempt.
    if (!answer.ok && answer.status !== 400) throw new Refused(Number(answer.headers.get('retry-after')) || 0)
    const done = new Set(events.map(({ id }) => id))
    queue = queue.filter(({ id }) => !done.has(id))
    saveUnsent(queue)
  }
  const schedule = (delay: number) => {
    if (timer === undefined) timer = setTimeout(flush, delay)
  }
  const flush = async () => {
    timer = undefined
    if (isSending || queue.length === 0) return
    isSending = true
    try {
      await post(queue.slice(0, MAX_EVENTS), false)
      failures = 0
    } catch (error) {
      failures++
      schedule(backoff(failures, error instanceof Refused ? error.retryAfter : 0))
    } finally {
      isSending = false
      if (queue.length > 0) schedule(options.flushEvery)
    }
  }
  // A page that is left is first hidden, then put away: what outlives it goes out once.
  const outliving = new Set<string>()
  const leave = () => {
    const left = queue.filter(({ id }) => !outliving.has(id))
    if (left.length === 0) return
    saveUnsent(queue)
    let room = KEEPALIVE_BYTES
    for (let rest = left; rest.length > 0; ) {
      let part = rest.slice(0, MAX_EVENTS)
      while (part.length > 1 && bytes(body(part)) > room) part = part.slice(0, Math.floor(part.length / 2))
      room -= bytes(body(part))
      if (room < 0) return
      const ids = part.map(({ id }) => id)
      for (const id of ids) outliving.add(id)
      post(part, true)
        .catch(() => schedule(backoff(++failures)))
        .finally(() => {
          for (const id of ids) outliving.delete(id)
        })
      rest = rest.slice(part.length)
    }
  }
  const accept = (event: PageEvent) => {
    const { visitor, session } = identify(event.time)
    queue.push({ ...event, site: options.site, visitor, session })
    if (queue.length >= MAX_EVENTS && failures === 0) void flush()
    else schedule(options.flushEvery)
  }
  if (queue.length > 0) schedule(0)
  return { accept, leave }
}

/** The collector did not take a batch; `retryAfter` in seconds, 0 when it did not say. */
class Refused extends Error {
  readonly retryAfter: number
  constructor(retryAfter: number) {
    super('refused')
    this.retryAfter = retryAfter
  }
}
