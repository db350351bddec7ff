import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { groupCommit } from './group-commit.ts'

function doubling(concurrency = 1, maxWeight = 10) {
  const groups: number[][] = []
  const commits = groupCommit<number, number>({
    concurrency,
    maxWeight,
    weigh: (job) => job,
    async commit(jobs) {
      groups.push(jobs)
      await sleep(5)
      if (jobs.includes(7)) throw new Error('seven')
      return jobs.map((job) => job * 2)
    },
  })
  return { groups, commits }
}

describe('a group commit', () => {
  it('gives each job its own result', async () => {
    const { commits } = doubling()
    expect(await Promise.all([1, 2, 3].map(commits.run))).toEqual([2, 4, 6])
  })

  it('puts what arrives during a commit into the next one', async () => {
    const { groups, commits } = doubling()
    const first = commits.run(1)
    await sleep(2)
    await Promise.all([first, commits.run(2), commits.run(3)])
    expect(groups).toEqual([[1], [2, 3]])
  })

  it('closes a group before it is too heavy, and lets a heavy job go alone', async () => {
    const { groups, commits } = doubling()
    await Promise.all([4, 5, 6, 20, 1].map(commits.run))
    expect(groups).toEqual([[4, 5], [6], [20], [1]])
  })

  it('fails the jobs of a failed group and no others', async () => {
    const { commits } = doubling(1, 7)
    const results = await Promise.allSettled([7, 1].map(commits.run))
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled'])
  })

  it('refuses what has waited too long when its turn comes, and nothing else', async () => {
    const commits = groupCommit<number, number>({
      concurrency: 1,
      maxWeight: 1,
      weigh: (job) => job,
      refuse: (waitedMs) => (waitedMs > 40 ? new Error('too long') : undefined),
      async commit([job]) {
        await sleep(job === 1 ? 60 : 1)
        return [job! * 2]
      },
    })
    const first = commits.run(1)
    const late = commits.run(2)
    await sleep(40)
    const results = await Promise.allSettled([first, late, commits.run(3)])
    expect(results).toEqual([
      { status: 'fulfilled', value: 2 },
      { status: 'rejected', reason: new Error('too long') },
      { status: 'fulfilled', value: 6 },
    ])
    expect(commits.pending()).toBe(0)
    await commits.idle()
  })

  it('knows what is pending and when nothing is', async () => {
    const { commits } = doubling()
    void commits.run(3)
    void commits.run(9)
    expect(commits.pending()).toBe(12)
    await commits.idle()
    expect(commits.pending()).toBe(0)
    await commits.idle()
  })
})
