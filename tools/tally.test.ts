import { resolve } from 'node:path'
import { expect, it } from 'vitest'
import { type Report, tallyOf } from './tally.ts'

const passed = { fullName: 'a thing works', status: 'passed', failureMessages: [] }
const failed = { fullName: 'a thing lasts', status: 'failed', failureMessages: ['expected 1 to be 2'] }
const report = (...assertionResults: Report['testResults'][number]['assertionResults'][number][]): Report => ({
  numPassedTests: assertionResults.filter(({ status }) => status === 'passed').length,
  numFailedTests: assertionResults.filter(({ status }) => status === 'failed').length,
  testResults: [{ name: resolve('tools/thing.test.ts'), message: '', assertionResults }],
})

it('counts what passed, and says what failed', () => {
  expect(tallyOf('unit', 0, report(passed, passed))).toEqual({ passed: 2, failed: 0, failures: [] })
  expect(tallyOf('unit', 1, report(passed, failed))).toEqual({
    passed: 1,
    failed: 1,
    failures: ['tools/thing.test.ts > a thing lasts\nexpected 1 to be 2'],
  })
})

it('counts a file that does not load', () => {
  const broken: Report = {
    ...report(),
    testResults: [{ name: resolve('tools/thing.test.ts'), message: 'no such module', assertionResults: [] }],
  }
  expect(tallyOf('unit', 1, broken)).toEqual({ passed: 0, failed: 1, failures: ['tools/thing.test.ts\nno such module'] })
})

it('counts a runner that ended badly, whatever it has written', () => {
  expect(tallyOf('unit', 1, undefined)).toMatchObject({ passed: 0, failed: 1 })
  expect(tallyOf('unit', undefined, report(passed))).toMatchObject({ passed: 1, failed: 1 })
})

it('takes a project in which nothing ran for a failure', () => {
  const nothing = { passed: 0, failed: 1, failures: ['of the tests called unit none ran'] }
  expect(tallyOf('unit', 0, report())).toEqual(nothing)
  expect(tallyOf('unit', 0, report({ ...passed, status: 'pending' }))).toEqual(nothing)
})
