import { clientGone, RequestError } from '../errors.ts'

/** Lets as many queries ask a store at once as it has places for them; others wait their turn, but not many and not long. */
export interface ReadTurns<Place> {
  /**
   * Runs a query in a place that nobody else has until it ends.
   * @param signal takes it out of the queue
   * @throws {RequestError} `too_many_queries`, and `client_gone` when it was taken out
   */
  run<Result>(query: (place: Place) => Promise<Result>, signal?: AbortSignal): Promise<Result>
  /** Resolves when no query is under way or waits. */
  idle(): Promise<void>
}

export interface ReadLimits {
  /** Queries that wait. */
  waiting?: number
  waitMs?: number
}

const RETRY_AFTER_SECONDS = 3

interface Waiting<Place> {
  start(place: Place): void
}

const tooMany = () => new RequestError('too_many_queries', 'The store is asked more than it can answer', RETRY_AFTER_SECONDS)

/** @param places what a query needs one of, or as many of anything as there may be queries at once */
export function readTurns<Place>(places: readonly Place[], { waiting: most = 100, waitMs = 10_000 }: ReadLimits = {}): ReadTurns<Place> {
  const free = [...places]
  const queue = new Set<Waiting<Place>>()
  let idlers: (() => void)[] = []

  const turn = (signal: AbortSignal | undefined): Promise<Place> =>
    new Promise((resolve, reject) => {
      const leave = (): void => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', giveUp)
        queue.delete(entry)
      }
      const entry: Waiting<Place> = {
        start(place) {
          leave()
          resolve(place)
        },
      }
      const refuse = (error: RequestError): void => {
        leave()
        reject(error)
      }
      const giveUp = (): void => refuse(clientGone())
      const timer = setTimeout(() => refuse(tooMany()), waitMs)
      signal?.addEventListener('abort', giveUp, { once: true })
      queue.add(entry)
    })

  function release(place: Place): void {
    const [next] = queue
    if (next) {
      next.start(place)
      return
    }
    free.push(place)
    if (free.length < places.length) return
    for (const resolve of idlers) resolve()
    idlers = []
  }

  return {
    async run(query, signal) {
      if (signal?.aborted) throw clientGone()
      if (free.length === 0 && queue.size >= most) throw tooMany()
      const place = free.length > 0 ? free.pop()! : await turn(signal)
      try {
        return await query(place)
      } finally {
        release(place)
      }
    },
    idle: () =>
      free.length === places.length
        ? Promise.resolve()
        : new Promise<void>((resolve) => {
            idlers.push(resolve)
          }),
  }
}
