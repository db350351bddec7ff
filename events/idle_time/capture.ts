import type { Capture } from '../definition.ts'
import { onActivity } from '../dom/activity.ts'
import { isVisible, onLeave, onVisibility } from '../dom/visibility.ts'
import type { idleTime } from './schema.ts'

/** Stretches without any sign of the visitor. They are told when they end. */
export const capture: Capture<typeof idleTime> = (context) => {
  const { emit, now, config, signal } = context
  if (config.frame === 'sub') return
  let lastSign = now()
  const end = (time: number) => {
    const stretch = time - lastSign
    lastSign = time
    if (stretch >= config.idleSeconds * 1_000) emit({ duration: stretch / 1_000 })
  }
  onActivity(end, context)
  onLeave(() => end(now()), signal)
  // Away is not idle: the time in another tab does not count.
  onVisibility(() => {
    lastSign = isVisible() ? now() : Number.POSITIVE_INFINITY
  }, signal)
}
