import type { Capture } from '../definition.ts'
import { onActivity, onLeave } from '../dom/activity.ts'
import type { idleTime } from './schema.ts'

/** Stretches without any sign of the visitor. They are told when they end. */
export const capture: Capture<typeof idleTime> = ({ emit, now, config, signal }) => {
  if (config.frame === 'sub') return
  let lastSign = now()
  const end = () => {
    const stretch = now() - lastSign
    lastSign = now()
    if (stretch >= config.idleSeconds * 1_000) emit({ duration: stretch / 1_000 })
  }
  onActivity(end, signal)
  onLeave(end, signal)
  // Away is not idle: the time in another tab does not count.
  document.addEventListener(
    'visibilitychange',
    () => {
      if (document.visibilityState === 'visible') lastSign = now()
    },
    { capture: true, signal },
  )
}
