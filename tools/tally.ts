import { relative } from 'node:path'

/** What one runner found: counts, and what failed in a few lines each. */
export interface Tally {
  passed: number
  failed: number
  failures: readonly string[]
}

/** What is read of vitest's JSON report, which has Jest's form. */
export interface Report {
  numPassedTests: number
  numFailedTests: number
  testResults: readonly {
    name: string
    message: string
    assertionResults: readonly { fullName: string; status: string; failureMessages: readonly string[] }[]
  }[]
}

const linesOfAFailure = 12

/** The tests that failed, and the files that did not load, each with the first lines of why. */
function failuresOf({ testResults }: Report): string[] {
  return testResults.flatMap(({ name, message, assertionResults }) => {
    const file = relative('.', name)
    const failed = assertionResults.filter(({ status }) => status === 'failed')
    const named = failed.map(({ fullName, failureMessages }) => [`${file} > ${fullName}`, ...failureMessages].join('\n'))
    return (message && failed.length === 0 ? [`${file}\n${message}`] : named).map((text) =>
      text.split('\n').slice(0, linesOfAFailure).join('\n'),
    )
  })
}

/**
 * Counts the tests of a project. A file that does not even load counts as failed, and so does a project of which no test ran.
 * @param report what vitest has written; none when it did not come to that
 */
export function tallyOf(project: string, exitCode: number | undefined, report: Report | undefined): Tally {
  const { numPassedTests: passed, numFailedTests } = report ?? { numPassedTests: 0, numFailedTests: 0 }
  const failures = report ? failuresOf(report) : []
  if (failures.length === 0 && exitCode !== 0) failures.push(`the tests called ${project} ended with ${exitCode}`)
  if (failures.length === 0 && passed === 0) failures.push(`of the tests called ${project} none ran`)
  return { passed, failed: Math.max(numFailedTests, failures.length), failures }
}
