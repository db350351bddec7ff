import type { Capture } from '../definition.ts'
import { onActivity, onLeave } from '../dom/activity.ts'
import type { duration } from './schema.ts'

/** Most that a killed tab can lose, in ms. */
const REPORT_EVERY = 15_000

/** Growth in ms that is worth another event: a page that is left is first hidden, then put away. */
const WORTH_TELLING = 100

/** Engaged time of the page view: visible, focused and not idle. */
export const capture: Capture<typeof duration> = ({ emit, now, config, signal }) => {
  if (config.frame === 'sub') return
  const began = now()
  let engaged = 0
  let lastSign = began
  let countedUntil = began
  let isEngaged = false
  let reported = -1

  const settle = () => {
    const time = now()
    // Nobody is engaged beyond the idle limit: this also keeps a machine that slept from counting.
    if (isEngaged) engaged += Math.max(0, Math.min(time, lastSign + config.idleSeconds * 1_000) - countedUntil)
    countedUntil = time
    isEngaged = document.visibilityState === 'visible' && document.hasFocus()
  }
  const report = () => {
    settle()
    if (reported >= 0 && engaged - reported < WORTH_TELLING) return
    reported = engaged
    emit({ duration: engaged / 1_000, elapsed: (now() - began) / 1_000 })
  }
  settle()
  onActivity(() => {
    settle()
    lastSign = now()
  }, signal)
  for (const type of ['focus', 'blur'] as const) window.addEventListener(type, settle, { capture: true, signal })
  document.addEventListener('visibilitychange', settle, { capture: true, signal })
  onLeave(report, signal)
  const timer = setInterval(report, REPORT_EVERY)
  signal.addEventListener('abort', () => clearInterval(timer))
}
