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
