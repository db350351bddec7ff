import type { Capture } from '../definition.ts'
import { onPointer, type Step } from '../dom/pointer.ts'
import { now } from '../dom/view.ts'
import type { mousemove } from './schema.ts'

/** Most samples in one second. */
const PER_SECOND = 20
/** On a straight way a sample every so many ms is enough: the rest of the second's samples is kept for corners. */
const EVERY = 200
/** Time in ms without a step after which the mouse has rested. */
const REST = 100
/** So far may the way have led from the straight line between two samples, in CSS pixels, before there is one more. */
const TOLERANCE = 18

const distance = (from: Step, to: Step) => Math.hypot(to.x - from.x, to.y - from.y)

/** Positions of the mouse, sampled so that the line through them follows its way. */
export const capture: Capture<typeof mousemove> = (emit) => {
  const recent: number[] = []
  /** The last sample, where the mouse was last, and how long its way from the one to the other was. */
  let last: Step | undefined
  let passed: Step | undefined
  let travelled = 0

  /** Takes a sample of where the mouse was last, if the second has room for it. */
  const sample = () => {
    if (!passed || passed === last) return
    const { event, over, x, y, time } = passed
    if (recent[PER_SECOND - 1]! > time - 1_000) return
    recent.unshift(time)
    recent.length = PER_SECOND
    last = passed
    travelled = 0
    emit({ x, y, page_x: event.pageX, page_y: event.pageY }, over, now(time))
  }
  const follow = (step: Step) => {
    // No pointer moves when the mouse leaves the document: that event has no type of it.
    const { pointerType = 'touch' } = step.event
    const way = passed ? distance(passed, step) : 1
    // Browsers repeat the position when the page moves under a mouse that lies still.
    if (pointerType === 'touch' || !way) return
    // A way of that length between two points lies within an ellipse: this is the square of its smaller diameter.
    const isBent = last && (travelled + way) ** 2 - distance(last, step) ** 2 > (2 * TOLERANCE) ** 2
    // The place where the mouse comes to rest is part of its way.
    if (isBent || (passed && step.time - passed.time >= REST)) sample()
    travelled += way
    passed = step
    if (!last || step.time - last.time >= EVERY) sample()
  }
  onPointer((steps, isAtRest) => {
    steps.forEach(follow)
    if (isAtRest) sample()
  })
}
