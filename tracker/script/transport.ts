import { date } from '@webwatch/events/dom/view.ts'
import type { Batch, PageEvent, TrackedEvent } from '@webwatch/events/envelope.ts'
import { backoff, pauseLeft, secondsToWait } from '../backoff.ts'
import { browserContext } from '../browser-context.ts'
import type { Transport } from '../transport.ts'
import { forgetAll, identify, loadUnsent, saveIdentity, saveUnsent, toText } from './store.ts'

declare const WEBWATCH_VERSION: string

const MAX_EVENTS = 500
/** Bytes that all requests which outlive their page may have together: https://fetch.spec.whatwg.org/#http-network-or-cache-fetch */
const KEEPALIVE_BYTES = 60_000
/** A body of fewer characters fits into one packet as it is. */
const WORTH_ZIPPING = 1_400
/** Most events that wait in a page while the collector is out of reach; the oldest mouse moves make room first. */
const CAPACITY = 5_000

// Taken when the script starts: what a page does to its own functions later changes nothing here.
const send = fetch.bind(window)
const encoder = new TextEncoder()

/**
 * Where events go, and what is told of them there. The collector is an origin, without a slash at the end; `flushEvery` is the longest time in
 * ms that an event waits in the page.
 */
export type Destination = readonly [collector: string, site: string, key: string | undefined, flushEvery: number]

/** Sends to the collector, as far as the visitor lets it. */
export interface CollectorTransport extends Transport {
  /**
   * The visitor's answer. Before it everything waits, in memory alone. `true` lets everything through from now on; anything else forgets what
   * waits, what is stored, and all that comes.
   */
  answer(agreed: boolean): void
  /** Takes and sends nothing any more: what has not gone is kept for the next visit. */
  close(): void
}

/** Not by way of a Blob: its bytes go to another process and back. */
const zip = (text: string) => new Response(new Response(text).body!.pipeThrough(new CompressionStream('gzip'))).arrayBuffer()

/**
 * Sends events straight to the collector. What is not acknowledged stays in the queue, and in the page's storage
 * when the page is left; sending twice does no harm, since an event's id is its identity.
 */
export function collectorTransport([collector, site, key, flushEvery]: Destination): CollectorTransport {
  /** What came before the visitor's answer. */
  let waiting: PageEvent[] = []
  /** Whether the visitor has agreed, once it is known. */
  let isOpen: boolean | undefined
  const queue = new Set<TrackedEvent>()
  /** What is on its way, in requests that outlive their page: one that is left is first hidden, then put away. */
  const sent = new Set<TrackedEvent>()
  let bytesSent = 0
  let retryAt = 0
  let limit = MAX_EVENTS
  let failures = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  const cancel = () => {
    clearTimeout(timer)
    timer = undefined
  }
  const schedule = (delay: number) => {
    if (isOpen) timer ??= setTimeout(flush, Math.max(delay, pauseLeft(retryAt, date())))
  }
  const fail = (retryAfter?: number) => {
    retryAt = date() + backoff(++failures, retryAfter)
    saveUnsent(queue, retryAt)
  }
  const textOf = (events: TrackedEvent[]) =>
    toText({ sentAt: date(), source: 'script', version: WEBWATCH_VERSION, key: key!, context: browserContext(), events } satisfies Batch)
  /** Sends as much as has room of what is not on its way yet; when the page is being left, the rest too. */
  const flush = async (isLeaving?: boolean) => {
    cancel()
    if (pauseLeft(retryAt, date()) > 0) return schedule(0)
    const part = [...queue].filter((event) => !sent.has(event)).slice(0, limit)
    let size = 0
    try {
      let body!: ArrayBuffer | Uint8Array<ArrayBuffer>
      let isZipped = false
      let keepalive = false
      for (; part[0]; part.length >>= 1) {
        const text = textOf(part)
        // A page that is being left does not live to see it zipped.
        isZipped = !isLeaving && text.length > WORTH_ZIPPING
        body = isZipped ? await zip(text) : encoder.encode(text)
        keepalive = bytesSent + body.byteLength < KEEPALIVE_BYTES
        // An event that has no room even alone goes in a request that its page must outlive: it would be in the way of all others for good.
        if (keepalive || !(isLeaving || bytesSent || part[1])) break
      }
      if (!part[0] || !isOpen) return
      size = keepalive ? body.byteLength : 0
      bytesSent += size
      part.forEach(sent.add, sent)
      if (isLeaving) void flush(true)
      const { ok, status, headers } = await send(`${collector}/v1/events`, {
        method: 'POST',
        body,
        // text/plain needs no preflight, which a page that is being left would not live to see.
        headers: { 'content-type': 'text/plain', ...(isZipped && { 'content-encoding': 'gzip' }) },
        keepalive,
        credentials: 'omit',
        // The page's address may hold what must not leave it.
        referrerPolicy: 'no-referrer',
      })
      if (status === 413 && part[1]) limit = part.length >> 1
      // What is malformed twice in a row is so, and has not been damaged on its way; everything else is worth another attempt.
      else if (ok || (failures && /400|41[35]/.test(`${status}`))) {
        part.forEach(queue.delete, queue)
        failures = 0
        saveUnsent([], retryAt, part)
      } else fail(secondsToWait(headers.get('retry-after'), date()))
    } catch (_failed) {
      // Nobody is there, or what is needed for that is the page's own by now. Another page may be able to send it.
      fail()
    }
    bytesSent -= size
    part.forEach(sent.delete, sent)
    if (queue.size) schedule(flushEvery)
  }
  const take = (event: PageEvent) => {
    if (isOpen) {
      const { visitor, session } = identify(event.time)
      queue.add({ ...event, site, visitor, session })
      if (queue.size > CAPACITY) queue.delete([...queue].find(({ type }) => type === 'mousemove') ?? [...queue][0]!)
      schedule(flushEvery)
    } else if (isOpen === undefined && waiting.length < CAPACITY) waiting.push(event)
  }
  const close = () => {
    isOpen = false
    waiting = []
    cancel()
  }
  return {
    take,
    leave() {
      if (!isOpen) return
      // A tab in which nothing has happened knows less than one in which the visit has gone on meanwhile.
      if (queue.size) saveIdentity()
      saveUnsent(queue, retryAt)
      void flush(true)
    },
    close,
    answer(agreed) {
      if (agreed !== true) {
        close()
        queue.clear()
        forgetAll()
      } else if (!isOpen) {
        isOpen = true
        const unsent = loadUnsent()
        retryAt = unsent.retryAt
        // Another site of the same origin has a key of its own.
        for (const event of unsent.events) if (event.site === site) queue.add(event)
        if (queue.size) schedule(Math.random() * flushEvery)
        waiting.splice(0).forEach(take)
      }
    },
  }
}
