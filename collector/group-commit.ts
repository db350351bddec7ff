/** Turns many small jobs into few large commits: whatever arrives while a commit is under way shares the next one. */
export interface GroupCommit<Job, Result> {
  /** Resolves with the job's own result once its group is committed; rejects when the group fails. */
  run(job: Job): Promise<Result>
  /** Weight of the jobs that wait or are being committed. */
  pending(): number
  /** Resolves when nothing waits and nothing is under way. */
  idle(): Promise<void>
}

interface Options<Job, Result> {
  /** Commits a group and gives one result for each job, in order. */
  commit(jobs: Job[]): Promise<readonly Result[]>
  weigh(job: Job): number
  /** A group is closed before it would weigh more; a job that alone weighs more makes a group of its own. */
  maxWeight: number
  /** Commits under way at the same time; with more than one, groups may finish out of order. */
  concurrency: number
  /** How long the first job of a group waits for others, in ms. */
  lingerMs?: number
  /** Asked when it is a job's turn: the error with which it is refused because it has waited for so many ms, if it is. */
  refuse?(waitedMs: number): Error | undefined
}

interface Entry<Job, Result> {
  job: Job
  weight: number
  /** By the clock that is never set, in ms. */
  since: number
  resolve(result: Result): void
  reject(error: unknown): void
}

/** Makes a group commit from the function that commits one group. */
export function groupCommit<Job, Result>({
  commit,
  weigh,
  maxWeight,
  concurrency,
  lingerMs = 0,
  refuse,
}: Options<Job, Result>): GroupCommit<Job, Result> {
  let waiting: Entry<Job, Result>[] = []
  let running = 0
  let waitingWeight = 0
  let runningWeight = 0
  let timer: NodeJS.Timeout | undefined
  let idlers: (() => void)[] = []

  /** Those who have waited longest are in front. */
  function refuseLate(): void {
    for (let first = waiting[0]; refuse && first; first = waiting[0]) {
      const error = refuse(performance.now() - first.since)
      if (!error) return
      waiting.shift()
      waitingWeight -= first.weight
      first.reject(error)
    }
  }

  function takeGroup(): Entry<Job, Result>[] {
    let weight = 0
    let count = 0
    while (count < waiting.length && (count === 0 || weight + waiting[count]!.weight <= maxWeight)) weight += waiting[count++]!.weight
    const group = waiting.slice(0, count)
    waiting = waiting.slice(count)
    waitingWeight -= weight
    runningWeight += weight
    return group
  }

  async function commitGroup(group: Entry<Job, Result>[]): Promise<void> {
    try {
      const results = await commit(group.map(({ job }) => job))
      group.forEach(({ resolve }, index) => {
        resolve(results[index]!)
      })
    } catch (error) {
      for (const { reject } of group) reject(error)
    }
    running--
    for (const { weight } of group) runningWeight -= weight
    schedule()
  }

  function start(): void {
    timer = undefined
    refuseLate()
    while (running < concurrency && waiting.length > 0) {
      running++
      void commitGroup(takeGroup())
    }
    if (running > 0 || waiting.length > 0) return
    for (const resolve of idlers) resolve()
    idlers = []
  }

  function schedule(): void {
    if (timer || running >= concurrency) return
    if (waiting.length === 0 || waitingWeight >= maxWeight) start()
    else timer = setTimeout(start, lingerMs)
  }

  return {
    run: (job) =>
      new Promise<Result>((resolve, reject) => {
        const weight = weigh(job)
        waiting.push({ job, weight, since: performance.now(), resolve, reject })
        waitingWeight += weight
        schedule()
      }),
    pending: () => waitingWeight + runningWeight,
    idle: () =>
      running === 0 && waiting.length === 0
        ? Promise.resolve()
        : new Promise<void>((resolve) => {
            idlers.push(resolve)
          }),
  }
}
