import { expect, it } from 'vitest'
import { judgeAdvisories } from './advisories.ts'

const shipped = new Set(['fastify'])
const report = (name: string, severity: string) => ({
  vulnerabilities: { [name]: { severity, range: '<1.2.3', via: ['other', { title: 'Bad thing', url: 'https://advisories.example/1' }] } },
})

it('fails for a grave advisory on what we ship, and tells of all others', () => {
  expect(judgeAdvisories(report('fastify', 'high'), shipped)).toEqual({
    lines: ['advisories: high: fastify <1.2.3, which we ship: through other; Bad thing https://advisories.example/1'],
    isBad: true,
  })
  expect(judgeAdvisories(report('fastify', 'moderate'), shipped).isBad).toBe(false)
  const { lines, isBad } = judgeAdvisories(report('vitest', 'critical'), shipped)
  expect([lines[0]?.startsWith('advisories: critical: vitest'), isBad]).toEqual([true, false])
})

it('says when there are none, and when nobody answers', () => {
  expect(judgeAdvisories({ vulnerabilities: {} }, shipped)).toEqual({ lines: ['advisories: none'], isBad: false })
  expect(
    judgeAdvisories({ message: '405 Method Not Allowed - POST https://registry.example/-/advisories', error: { summary: '' } }, shipped),
  ).toEqual({
    lines: ['advisories: not checked, the registry does not answer (405 Method Not Allowed)'],
    isBad: false,
  })
})
