import type { Capture } from '../definition.ts'
import { onActivity } from '../dom/activity.ts'
import { listen, repeat } from '../dom/listen.ts'
import { isFramed, now, onLeave, secondsSince, settings } from '../dom/view.ts'
import { isVisible, onVisibility } from '../dom/visibility.ts'
import { REPORT_EVERY } from './cadence.ts'
import type { duration } from './schema.ts'

/** Without a report for longer than this, in ms, the machine has slept, or the tab was frozen. */
const SLEPT = REPORT_EVERY + 3_000
/** Growth in ms that is worth another event: a page that is left is first hidden, then put away. */
const WORTH_TELLING = 100

/** Engaged time of the page view: visible, focused and not idle. */
export const capture: Capture<typeof duration> = (emit) => {
  if (isFramed()) return
  const began = now()
  let engaged = 0
  let lastSign = began
  let countedUntil = began
  let isEngaged = false
  let reported = Number.NEGATIVE_INFINITY

  const settle = () => {
    const time = now()
    const counted = Math.min(time, lastSign + settings.idleSeconds * 1_000) - countedUntil
    if (isEngaged && counted > 0 && time - countedUntil < SLEPT) engaged += counted
    countedUntil = time
    isEngaged = isVisible() && document.hasFocus()
  }
  const report = () => {
    settle()
    if (engaged - reported < WORTH_TELLING) return
    reported = engaged
    emit({ duration: engaged / 1_000, elapsed: secondsSince(began) })
  }
  settle()
  onActivity((time) => {
    // Within the limit nothing is to be settled: what lies between two signs counts as a whole.
    if (time - lastSign > settings.idleSeconds * 1_000) settle()
    lastSign = time
  })
  listen('focus blur', settle)
  onVisibility(settle)
  onLeave(report)
  repeat(report, REPORT_EVERY)
}
