import { setTimeout as delay } from 'node:timers/promises'

/**
 * Waits until something holds.
 * @param what holds then, for the message when it does not
 * @param check asked again until it gives something true; what it throws counts as not yet
 * @param timeout in ms
 */
export async function until<Value>(
  what: string,
  check: () => Promise<Value>,
  timeout = 30_000,
): Promise<Exclude<NonNullable<Value>, false>> {
  const deadline = Date.now() + timeout
  let last: unknown
  while (Date.now() < deadline) {
    try {
      const value = await check()
      if (value) return value as Exclude<NonNullable<Value>, false>
      last = value
    } catch (error) {
      last = error
    }
    await delay(150)
  }
  throw new Error(
    `It did not come about within ${timeout} ms that ${what}. Last: ${last instanceof Error ? last.message : JSON.stringify(last)}`,
  )
}
