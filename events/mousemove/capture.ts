import type { Capture, DataOf } from '../definition.ts'
import { onPointer, type Step } from '../dom/pointer.ts'
import { elementsOf, isMasked } from '../dom/target.ts'
import type { mousemove } from './schema.ts'

/** Most samples in one second. */
const PER_SECOND = 20
/** On a straight way a sample every so many ms is enough: the rest of the second's samples is kept for corners. */
const EVERY = 100
/** A corner further than this from the straight line, in CSS pixels, gets a sample of its own. */
const TOLERANCE = 10

interface Point {
  readonly data: DataOf<typeof mousemove>
  readonly time: number
}

/** Distance of a point from the way between two others, in CSS pixels. */
function distanceFromWay({ data: point }: Point, { data: from }: Point, { data: to }: Point): number {
  const [dx, dy, px, py] = [to.x - from.x, to.y - from.y, point.x - from.x, point.y - from.y]
  const share = Math.min(1, Math.max(0, (px * dx + py * dy) / (dx * dx + dy * dy || 1)))
  return Math.hypot(px - share * dx, py - share * dy)
}

/** Positions of the mouse, sampled so that the line through them follows its way. */
export const capture: Capture<typeof mousemove> = (context) => {
  const { emit, now, config } = context
  const recent: number[] = []
  let last: Point | undefined
  let between: Point[] = []

  /** Takes a sample, if the second has room for it. */
  const sample = (point: Point | undefined) => {
    if (!point || recent[recent.length - PER_SECOND]! > point.time - 1_000) return false
    recent.push(point.time)
    recent.splice(0, recent.length - PER_SECOND)
    last = point
    between = []
    emit(point.data, point.time)
    return true
  }
  let way: readonly EventTarget[] = []
  let isHidden = false
  const follow = ({ event, path }: Step) => {
    if (path !== way) isHidden = isMasked(elementsOf(path)[0], config)
    way = path
    const { clientX: x, clientY: y, pageX: page_x, pageY: page_y } = event
    const passed = between.at(-1)
    const before = passed ?? last
    // Browsers repeat the position when the page moves under a mouse that lies still.
    if (isHidden || event.type === 'mouseleave' || event.pointerType === 'touch' || (before && before.data.x === x && before.data.y === y))
      return
    const point = { data: { x, y, page_x, page_y }, time: now(event.timeStamp) }
    const from = last
    // The place where the mouse comes to rest is part of its way.
    const hasRested = passed && point.time - passed.time >= EVERY
    if (hasRested || (from && between.some((place) => distanceFromWay(place, from, point) > TOLERANCE))) sample(passed)
    const isDue = !last || point.time - last.time >= EVERY
    if (!isDue || !sample(point)) between.push(point)
  }
  onPointer((steps, isAtRest) => {
    steps.forEach(follow)
    if (isAtRest) sample(between.at(-1))
  }, context)
}
