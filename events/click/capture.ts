import type { Capture } from '../definition.ts'
import { onPress } from '../dom/press.ts'
import type { click } from './schema.ts'

/** Of what has no size it is the beginning. */
const share = (position: number, start: number, size: number) => Math.min(1, Math.max(0, (position - start) / size || 0))

/** Clicks by pointer and keyboard. */
export const capture: Capture<typeof click> = (emit) =>
  onPress(({ control, target, box, x, y, pageX: page_x, pageY: page_y }) =>
    emit(
      {
        x,
        y,
        page_x,
        page_y,
        rel_x: share(x, box.left, box.width),
        rel_y: share(y, box.top, box.height),
        target,
      },
      control,
    ),
  )
