import type { AnyContext } from '../definition.ts'
import { listen, shared } from './listen.ts'
import { onPointer } from './pointer.ts'

/** Signs within so many ms after another say nothing new. */
const SAME = 50

/**
 * Calls back at the signs of a visitor who is there, with its time in ms since the epoch. What a page does by itself is none: it can
 * scroll and move the focus. A mouse that lies still is none either, though browsers report it anew whenever the page moves under it.
 */
export const onActivity = shared<AnyContext, [time: number]>((tell, context) => {
  let latest = Number.NEGATIVE_INFINITY
  let x: number
  let y: number
  const sign = ({ timeStamp }: Event) => {
    // Steps of the pointer are told together, and so later than what came after them.
    if (timeStamp - latest < SAME) return
    latest = timeStamp
    tell(context.now(timeStamp))
  }
  onPointer((steps) => {
    for (const { event } of steps) {
      if (event.screenX !== x || event.screenY !== y) sign(event)
      x = event.screenX
      y = event.screenY
    }
  }, context)
  listen('pointerdown wheel touchstart touchmove keydown', sign, context.signal)
  listen('focus', (event) => event.target === window && sign(event), context.signal)
})
