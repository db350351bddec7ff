import type { PageEvent } from '@webwatch/events/envelope.ts'
import type { Transport } from '@webwatch/tracker'
import { browserContext } from '@webwatch/tracker/browser-context.ts'
import { ask, isOrphaned } from '../adapters/runtime.ts'
import { halves } from './halves.ts'

/** Types that come in masses, and the longest time in ms that one of them waits in the page. */
const MASSES = /^(mousemove|scroll)$/
const GATHER = 100
/** Pause in ms before events that the background has not acknowledged are sent again. */
const AGAIN = 1_000
/** Most events that wait while the background does not answer; the oldest make room first. */
const CAPACITY = 5_000

/**
 * Hands events to the background, which has them on disk when it answers. Until then they are kept here and sent again.
 * Events go out at once, those of one task together: a page may be gone in the next moment. Only what comes in
 * masses waits a little.
 * @param orphaned called when there is no extension any more to send to
 */
export function backgroundTransport(orphaned: () => void): Transport {
  /** Events that are not in the hands of the background: waiting here, or under way without an answer yet. */
  let waiting: PageEvent[] = []
  let timer: ReturnType<typeof setTimeout> | undefined

  const send = async (events: PageEvent[]) => {
    const answer = await ask({ kind: 'events', context: browserContext(), events: events as never }).catch(() => undefined)
    if (answer?.stored === null) halves(events).forEach(send)
    else if (answer?.stored === undefined) {
      // The worker was ended in between. The events keep their ids, so a second time does no harm.
      waiting = [...events, ...waiting].slice(-CAPACITY)
      schedule(AGAIN)
    }
  }
  const flush = () => {
    clearTimeout(timer)
    timer = undefined
    if (!waiting[0]) return
    if (isOrphaned()) orphaned()
    else void send(waiting.splice(0))
  }
  const schedule = (delay: number) => {
    timer ??= setTimeout(flush, delay)
  }
  return {
    take(event) {
      waiting.push(event)
      if (MASSES.test(event.type)) schedule(GATHER)
      else queueMicrotask(flush)
    },
    leave: flush,
  }
}
