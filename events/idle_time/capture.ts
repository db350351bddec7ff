import type { Capture } from '../definition.ts'
import { onActivity } from '../dom/activity.ts'
import { isFramed, now, onLeave, settings } from '../dom/view.ts'
import { isVisible, onVisibility } from '../dom/visibility.ts'
import type { idleTime } from './schema.ts'

/** Stretches without any sign of the visitor. They are told when they end. */
export const capture: Capture<typeof idleTime> = (emit) => {
  if (isFramed()) return
  let lastSign = now()
  const end = (time: number) => {
    const stretch = time - lastSign
    lastSign = time
    if (stretch >= settings.idleSeconds * 1_000) emit({ duration: stretch / 1_000 })
  }
  onActivity(end)
  onLeave(() => end(now()))
  // Away is not idle: the time in another tab does not count.
  onVisibility(() => {
    lastSign = isVisible() ? now() : Number.POSITIVE_INFINITY
  })
}
