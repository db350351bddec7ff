import type { Capture } from '../definition.ts'
import { isVisible, onActivity, onLeave, onVisibility } from '../dom/activity.ts'
import type { idleTime } from './schema.ts'

/** Stretches without any sign of the visitor. They are told when they end. */
export const capture: Capture<typeof idleTime> = ({ emit, now, config, signal }) => {
  if (config.frame === 'sub') return
  let lastSign = now()
  const end = () => {
    const time = now()
    const stretch = time - lastSign
    lastSign = time
    if (stretch >= config.idleSeconds * 1_000) emit({ duration: stretch / 1_000 })
  }
  onActivity(end, { signal })
  onLeave(end, signal)
  // Away is not idle: the time in another tab does not count.
  onVisibility(() => {
    lastSign = isVisible() ? now() : Number.POSITIVE_INFINITY
  }, signal)
}
