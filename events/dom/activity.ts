import { listen } from './listen.ts'
import { onPointer } from './pointer.ts'
import { now, source } from './view.ts'

/** Signs within so many ms after another say nothing new. */
const SAME = 50

/**
 * Calls back at the signs of a visitor who is there, with its time in ms since the epoch. What a page does by itself is none: it can
 * scroll and move the focus. A mouse that lies still is none either, though browsers report it anew whenever the page moves under it.
 */
export const onActivity = source<[time: number]>((tell) => {
  let latest = Number.NEGATIVE_INFINITY
  const sign = (time: number) => {
    // Steps of the pointer are told together, and so later than what came after them.
    if (time - latest < SAME) return
    latest = time
    tell(now(time))
  }
  onPointer((steps) => {
    for (const { event, time } of steps) if (event.movementX || event.movementY) sign(time)
  })
  const hear = ({ timeStamp }: Event) => sign(timeStamp)
  listen('pointerdown wheel touchmove keydown', hear)
  listen('focus', (event) => event.target === window && hear(event))
})
