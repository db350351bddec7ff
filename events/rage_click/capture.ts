import type { Capture } from '../definition.ts'
import { timer } from '../dom/listen.ts'
import { onPress, type Press } from '../dom/press.ts'
import { onLeave } from '../dom/view.ts'
import type { rageClick } from './schema.ts'

/** Longest time in ms, and longest way in CSS pixels, between two clicks of one burst. */
const GAP = 500
const REACH = 30
/** Clicks that make a burst. */
const BURST = 3

/** Bursts of clicks in one place. */
export const capture: Capture<typeof rageClick> = (emit) => {
  let burst: Press[] = []
  const end = () => {
    const [first] = burst
    const clicks = burst.length
    burst = []
    // The third click selects the paragraph.
    if (first && clicks >= BURST && !(clicks === BURST && getSelection()?.type === 'Range'))
      emit({ target: first.target, clicks, x: first.x, y: first.y }, first.control)
  }
  const endLater = timer(end)
  onPress((press) => {
    const { x, y, time } = burst.at(-1) ?? press
    if (press.byKey || press.time - time > GAP || Math.hypot(press.x - x, press.y - y) > REACH) end()
    if (!press.byKey) burst.push(press)
    if (burst.length >= BURST) endLater(GAP)
  })
  onLeave(end)
}
