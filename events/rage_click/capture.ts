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
  const rages = new Set<Press[]>()
  // Never in a click, though one elsewhere ends a burst: asked for the selection, the browser calculates styles.
  const tell = () => {
    for (const { 0: first, length: clicks } of rages) {
      const { target, x, y, control } = first!
      const selection = getSelection()
      // The third click selects the paragraph.
      const isSelecting = clicks === BURST && selection?.type === 'Range' && selection.containsNode(control, true)
      if (!isSelecting) emit({ target, clicks, x, y })
    }
    rages.clear()
  }
  const tellLater = timer(tell)
  onPress((press) => {
    const { x, y, time } = burst.at(-1) ?? press
    if (press.byKey || press.time - time > GAP || Math.hypot(press.x - x, press.y - y) > REACH) burst = []
    if (!press.byKey) burst.push(press)
    if (!burst[BURST - 1]) return
    rages.add(burst)
    tellLater(GAP)
  })
  onLeave(tell)
}
