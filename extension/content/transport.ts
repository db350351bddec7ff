import type { PageEvent } from '@webwatch/events/envelope.ts'
import type { Transport } from '@webwatch/tracker'
import { ask, isOrphaned } from '../adapters/runtime.ts'

/** Longest time in ms that an event waits in the page. */
const GATHER = 100
/** Pause in ms before events that the background has not acknowledged are sent again. */
const AGAIN = 1_000
const MAX_EVENTS = 500

/** Hands events to the background, which has them on disk when it answers. Until then they are kept here and sent again. */
export interface BackgroundTransport extends Transport {
  /** Lets events go that were held back until the site's settings were known. */
  release(isWanted: (event: PageEvent) => boolean): void
  /** Forgets what has not gone yet. */
  discard(): void
}

function context() {
  return {
    language: navigator.language,
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    screen: `${screen.width}x${screen.height}`,
    viewport: `${innerWidth}x${innerHeight}`,
  }
}

/** @param orphaned called when there is no extension any more to send to */
export function backgroundTransport(orphaned: () => void): BackgroundTransport {
  let pending: PageEvent[] = []
  let isReleased = false
  let isSending = false
  let timer: ReturnType<typeof setTimeout> | undefined

  const schedule = (delay: number) => {
    if (timer === undefined && isReleased) timer = setTimeout(flush, delay)
  }
  const flush = async () => {
    timer = undefined
    if (isSending || pending.length === 0) return
    if (isOrphaned()) {
      orphaned()
      return
    }
    isSending = true
    const events = pending.slice(0, MAX_EVENTS)
    let delay = GATHER
    try {
      await ask({ kind: 'events', context: context(), events: events as never })
      const stored = new Set(events)
      pending = pending.filter((event) => !stored.has(event))
    } catch (_unanswered) {
      // The worker was ended in between. The events keep their ids, so a second time does no harm.
      delay = AGAIN
    }
    isSending = false
    if (pending.length > 0) schedule(delay)
  }
  return {
    accept(event) {
      pending.push(event)
      schedule(GATHER)
    },
    leave() {
      clearTimeout(timer)
      timer = undefined
      // An answer that is under way may never arrive here: what it covers goes out again.
      isSending = false
      if (isReleased) void flush()
    },
    release(isWanted) {
      pending = pending.filter(isWanted)
      isReleased = true
      schedule(0)
    },
    discard() {
      pending = []
    },
  }
}
