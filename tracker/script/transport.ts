import type { Batch, PageEvent, TrackedEvent } from '@webwatch/events/envelope.ts'
import { backoff, secondsToWait } from '../backoff.ts'
import { browserContext } from '../browser-context.ts'
import type { Transport } from '../transport.ts'
import type { ScriptOptions } from './options.ts'
import { forgetAll, identify, loadUnsent, saveIdentity, saveUnsent } from './store.ts'

const MAX_EVENTS = 500
/** Bytes that all requests which outlive their page may have together: https://fetch.spec.whatwg.org/#http-network-or-cache-fetch */
const KEEPALIVE_BYTES = 60_000
/** A body of fewer characters fits into one packet as it is. */
const WORTH_ZIPPING = 1_400

// Taken when the script starts: what a page does to its own functions later changes nothing here.
const send = fetch.bind(window)
const date = Date.now.bind(Date)
const { stringify } = JSON

/** Most events that wait in a page while the collector is out of reach; the oldest mouse moves make room first. */
const CAPACITY = 5_000

/** A transport that can be brought to an end. */
export interface CollectorTransport extends Transport {
  /** Takes and sends nothing any more: what has not gone is kept for the next visit. */
  close(): void
  /** Closes, and drops what has not gone. Nothing stays in the page's storage. */
  forget(): void
}

const bytes = (text: string) => new Blob([text]).size

/** Written straight into the stream: to come out of a Blob, a text goes to another process and back. */
function zip(text: string): Promise<Blob> {
  const { readable, writable } = new CompressionStream('gzip')
  const writer = writable.getWriter()
  void writer.write(new TextEncoder().encode(text))
  void writer.close()
  return new Response(readable).blob()
}

/**
 * Sends events straight to the collector. What is not acknowledged stays in the queue, and in the page's storage
 * when the page is left; sending twice does no harm, since an event's id is its identity.
 * @param options of the script tag
 * @param version of the tracker
 */
export function collectorTransport(options: ScriptOptions, version: string): CollectorTransport {
  let { events: queue, retryAt } = loadUnsent()
  let isStored = queue.length > 0
  let limit = MAX_EVENTS
  let failures = 0
  let isSending = false
  let isClosed = false
  let isForgotten = false
  let timer: ReturnType<typeof setTimeout> | undefined
  // A page that is left is first hidden, then put away: what outlives it goes out once.
  const outliving = new Set<string>()
  let outlivingBytes = 0

  const textOf = (events: TrackedEvent[]) => {
    const batch: Batch = { sentAt: date(), source: 'script', version, context: browserContext(), events }
    return stringify(options.key ? { ...batch, key: options.key } : batch)
  }
  const save = (settled: ReadonlySet<string> = new Set()) => {
    if (isForgotten || (!isStored && queue.length === 0)) return
    saveUnsent(queue, settled, retryAt)
    isStored = queue.length > 0
  }
  const settle = (events: readonly TrackedEvent[]) => {
    const settled = new Set(events.map(({ id }) => id))
    queue = queue.filter(({ id }) => !settled.has(id))
    failures = 0
    if (isStored) save(settled)
  }
  const schedule = (delay: number) => {
    if (!isClosed) timer ??= setTimeout(flush, delay)
  }
  const fail = (retryAfter: number) => {
    const pause = backoff(++failures, retryAfter)
    retryAt = date() + pause
    save()
    clearTimeout(timer)
    timer = undefined
    schedule(pause)
  }
  /** Sends one batch. text/plain needs no preflight, which a page that is being left would not live to see. */
  const post = async (events: TrackedEvent[], body: BodyInit, headers: Record<string, string>, keepalive: boolean) => {
    try {
      const answer = await send(`${options.collector}/v1/events`, {
        method: 'POST',
        body,
        headers: { 'content-type': 'text/plain', ...headers },
        keepalive,
        credentials: 'omit',
        // The page's address may hold what must not leave it.
        referrerPolicy: 'no-referrer',
      })
      const { ok, status } = answer
      if (status === 413 && events.length > 1) limit = Math.ceil(events.length / 2)
      // What the collector calls malformed stays so; everything else is worth another attempt.
      else if (ok || status === 400 || status === 413 || status === 415) settle(events)
      else fail(secondsToWait(answer.headers.get('retry-after'), date()))
    } catch (_unreachable) {
      fail(0)
    }
  }
  const flush = async () => {
    timer = undefined
    if (isSending || isClosed) return
    isSending = true
    try {
      saveIdentity()
      const events = queue.slice(0, limit)
      const text = textOf(events)
      const isZipped = text.length > WORTH_ZIPPING && 'CompressionStream' in window
      await post(events, isZipped ? await zip(text) : text, isZipped ? { 'content-encoding': 'gzip' } : {}, false)
    } catch (_broken) {
      // What is needed for that is the page's own by now. Another page may be able to send it.
      fail(0)
    }
    isSending = false
    if (queue.length > 0) schedule(options.flushEvery)
  }
  const leave = () => {
    saveIdentity()
    save()
    if (date() < retryAt) return
    let rest = queue.filter(({ id }) => !outliving.has(id))
    while (rest.length > 0) {
      let part = rest.slice(0, limit)
      const room = KEEPALIVE_BYTES - outlivingBytes
      while (part.length > 1 && bytes(textOf(part)) > room) part = part.slice(0, part.length / 2)
      const text = textOf(part)
      const size = bytes(text)
      if (size > room) return
      outlivingBytes += size
      for (const { id } of part) outliving.add(id)
      void post(part, text, {}, true).then(() => {
        outlivingBytes -= size
        for (const { id } of part) outliving.delete(id)
      })
      rest = rest.slice(part.length)
    }
  }
  const close = () => {
    isClosed = true
    clearTimeout(timer)
  }
  if (queue.length > 0) schedule(Math.max(Math.random() * options.flushEvery, retryAt - date()))
  return {
    accept(event: PageEvent) {
      if (isClosed) return
      const { visitor, session } = identify(event.time)
      queue.push({ ...event, site: options.site, visitor, session })
      if (queue.length > CAPACITY)
        queue.splice(
          Math.max(
            0,
            queue.findIndex(({ type }) => type === 'mousemove'),
          ),
          1,
        )
      if (queue.length >= MAX_EVENTS && date() >= retryAt) void flush()
      else schedule(Math.max(options.flushEvery, retryAt - date()))
    },
    leave,
    close,
    forget() {
      close()
      isForgotten = true
      queue = []
      forgetAll()
    },
  }
}
