const EVERY_MS = 1_000
/** Less is drift, or a process that was held up. */
const JUMP_MS = 5_000

/**
 * Resolves once the system's clock was set by more than a few seconds. kafkajs counts by that clock when to send heartbeats and when to commit:
 * set back by an hour, it would do neither for an hour.
 * @param signal ends the watch
 * @param clock the system's clock and one that is never set, both in ms
 */
export function clockWasSet(signal: AbortSignal, clock = { wall: Date.now, steady: () => performance.now() }): Promise<Error> {
  return new Promise((resolve) => {
    let offset = clock.wall() - clock.steady()
    const timer = setInterval(() => {
      const now = clock.wall() - clock.steady()
      const jump = Math.round(now - offset)
      offset = now
      if (Math.abs(jump) < JUMP_MS) return
      clearInterval(timer)
      resolve(new Error(`the clock was set by ${(jump / 1000).toFixed(0)} s`))
    }, EVERY_MS)
    timer.unref()
    signal.addEventListener('abort', () => clearInterval(timer), { once: true })
  })
}
