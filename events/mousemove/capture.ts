import type { Capture } from '../definition.ts'
import type { mousemove } from './schema.ts'

/** Most samples in one second. */
const PER_SECOND = 20
/** On a straight way a sample every so many ms is enough: the rest of the second's samples is kept for corners. */
const EVERY = 100
/** A corner further than this from the straight line, in CSS pixels, gets a sample of its own. */
const TOLERANCE = 10

interface Point {
  x: number
  y: number
  page_x: number
  page_y: number
  time: number
}

/** Distance of a point from the line through two others, in the same unit. */
function distanceFromLine(point: Point, from: Point, to: Point): number {
  const [dx, dy] = [to.x - from.x, to.y - from.y]
  const length = Math.hypot(dx, dy)
  if (length === 0) return Math.hypot(point.x - from.x, point.y - from.y)
  return Math.abs(dy * (point.x - from.x) - dx * (point.y - from.y)) / length
}

/** Positions of the mouse, sampled so that the line through them follows its way. */
export const capture: Capture<typeof mousemove> = ({ emit, now, signal }) => {
  const recent: number[] = []
  let last: Point | undefined
  let between: Point[] = []
  let timer: ReturnType<typeof setTimeout> | undefined

  const sample = (point: Point) => {
    while (recent.length > 0 && recent[0]! <= point.time - 1_000) recent.shift()
    if (recent.length >= PER_SECOND) return
    recent.push(point.time)
    last = point
    between = []
    const { time, ...data } = point
    emit(data, time)
  }
  const listener = (event: MouseEvent) => {
    const point = { x: event.clientX, y: event.clientY, page_x: event.pageX, page_y: event.pageY, time: now() }
    const from = last
    const corner = from && between.length > 0 && between.some((passed) => distanceFromLine(passed, from, point) > TOLERANCE)
    if (corner) sample(between.at(-1)!)
    if (!last || point.time - last.time >= EVERY) sample(point)
    else between.push(point)
    clearTimeout(timer)
    // The place where the mouse comes to rest is part of its way.
    timer = setTimeout(() => last !== point && sample({ ...point, time: now() }), EVERY)
  }
  window.addEventListener('mousemove', listener, { capture: true, passive: true, signal })
  signal.addEventListener('abort', () => clearTimeout(timer))
}
