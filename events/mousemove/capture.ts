import type { Capture } from '../definition.ts'
import { onPointer, type Step } from '../dom/pointer.ts'
import { isMasked } from '../dom/target.ts'
import type { mousemove } from './schema.ts'

/** Most samples in one second. */
const PER_SECOND = 20
/** On a straight way a sample every so many ms is enough: the rest of the second's samples is kept for corners. */
const EVERY = 200
/** Time in ms without a step after which the mouse has rested. */
const REST = 100
/** A corner further than this from the straight line, in CSS pixels, gets a sample of its own. */
const TOLERANCE = 10

/** Whether a point is far from the way between two others. */
function isCorner(point: Step, from: Step, to: Step): boolean {
  const dx = to.x - from.x
  const dy = to.y - from.y
  const px = point.x - from.x
  const py = point.y - from.y
  const share = Math.min(1, Math.max(0, (px * dx + py * dy) / (dx * dx + dy * dy || 1)))
  return Math.hypot(px - share * dx, py - share * dy) > TOLERANCE
}

/** Positions of the mouse, sampled so that the line through them follows its way. */
export const capture: Capture<typeof mousemove> = (context) => {
  const { emit, now, config } = context
  const recent: number[] = []
  let last: Step | undefined
  let between: Step[] = []

  /** Takes a sample, if the second has room for it. */
  const sample = (step: Step | undefined) => {
    if (!step || recent[recent.length - PER_SECOND]! > step.time - 1_000) return false
    const { event, x, y, time } = step
    recent.push(time)
    recent.splice(0, recent.length - PER_SECOND)
    last = step
    between = []
    emit({ x, y, page_x: event.pageX, page_y: event.pageY }, now(time))
    return true
  }
  let place: Element | undefined
  let isHidden = false
  const follow = (step: Step) => {
    const { event, over, x, y, time } = step
    if (over !== place) isHidden = isMasked(over, config)
    place = over
    // No pointer moves when the mouse leaves the document: that event has no type of it.
    const { pointerType = 'touch' } = event
    const passed = between.at(-1)
    const before = passed ?? last
    // Browsers repeat the position when the page moves under a mouse that lies still.
    if (isHidden || pointerType === 'touch' || (before && before.x === x && before.y === y)) return
    const from = last
    // The place where the mouse comes to rest is part of its way.
    const hasRested = passed && time - passed.time >= REST
    if (hasRested || (from && between.some((point) => isCorner(point, from, step)))) sample(passed)
    const isDue = !last || time - last.time >= EVERY
    if (!isDue || !sample(step)) between.push(step)
  }
  onPointer((steps, isAtRest) => {
    steps.forEach(follow)
    if (isAtRest) sample(between.at(-1))
  }, context)
}
