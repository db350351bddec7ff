import { setTimeout as sleep } from 'node:timers/promises'

/** Asks until the answer is right, and fails with what the last check said. */
export async function eventually<Result>(ask: () => Promise<Result>, check: (answer: Result) => void, withinMs = 30_000): Promise<Result> {
  const deadline = Date.now() + withinMs
  for (;;) {
    try {
      const answer = await ask()
      check(answer)
      return answer
    } catch (error) {
      if (Date.now() > deadline) throw error
      await sleep(200)
    }
  }
}
