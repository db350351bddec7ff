import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { execa } from 'execa'
import { readOptions, UsageError } from './options.ts'
import { startStack } from './stack/stack.ts'
import { requireTool } from './stack/tool.ts'
import { type Tally, tallyOf } from './tally.ts'

/** Steps that pass or fail as a whole, in order; a later one may use what an earlier one built. */
const checks: readonly (readonly [name: string, command: string, ...args: string[]])[] = [
  ['types', 'npx', 'tsc', '--noEmit'],
  ['lint', 'npx', 'biome', 'check', '.'],
  ['generated files are current', 'npm', 'run', '--silent', 'generate', '--', '--check'],
  ['advisories', 'npm', 'run', '--silent', 'advisories'],
  ['build', 'npm', 'run', '--silent', 'build'],
  ['web-ext lint', 'npx', 'web-ext', 'lint', '--source-dir', 'dist/firefox', '--no-config-discovery'],
]

async function timed(name: string, run: () => Promise<Tally>): Promise<Tally> {
  const start = performance.now()
  const tally = await run()
  const verdict = tally.failed ? `${tally.failed} FAILED` : 'ok'
  console.log(`— ${name}: ${verdict} (${((performance.now() - start) / 1000).toFixed(0)} s)`)
  return tally
}

async function check(command: string, args: string[]): Promise<Tally> {
  const { exitCode } = await execa(command, args, { stdio: 'inherit', reject: false })
  return exitCode === 0 ? { passed: 1, failed: 0, failures: [] } : { passed: 0, failed: 1, failures: [[command, ...args].join(' ')] }
}

/** Projects of vitest, those that take longest first. */
const every = ['integration', 'browser', 'faults', 'unit']
/** So many run at the same time, since servers and browsers are mostly waited for; whichever ends first makes room for the next. */
const SIDE_BY_SIDE = 2

/** Runs one vitest project, and counts its tests. What it prints comes at its end, so that projects do not mix. */
async function vitest(project: string, env: Record<string, string>): Promise<Tally> {
  const directory = await mkdtemp(join(tmpdir(), 'webwatch-test-'))
  const report = join(directory, 'report.json')
  const args = ['vitest', 'run', '--project', project, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const { exitCode, all } = await execa('npx', args, { stdin: 'ignore', all: true, reject: false, env })
  console.log(all)
  const written = existsSync(report) ? JSON.parse(await readFile(report, 'utf8')) : undefined
  await rm(directory, { recursive: true, force: true })
  return tallyOf(project, exitCode, written)
}

/** The projects that were asked for; none when it is all of them, and the checks. */
function askedProjects(): readonly string[] {
  const { positionals } = readOptions('npm test [-- PROJECT…]', { allowPositionals: true })
  const unknown = positionals.find((name) => !every.includes(name))
  if (unknown === undefined) return positionals
  throw new UsageError(
    `${unknown} is none of the projects ${every.join(', ')}. Some files alone: npx vitest run --project browser e2e/switch`,
  )
}

/** `npm test`: everything, on real parts. `npm test -- unit browser` runs some of the projects alone. */
async function main(): Promise<number> {
  const only = askedProjects()
  const tallies: Tally[] = []
  if (only.length === 0) for (const [name, command, ...args] of checks) tallies.push(await timed(name, () => check(command, args)))
  const projects = only.length > 0 ? only : every
  if (projects.includes('browser') || projects.includes('faults')) await requireTool('chromium')
  if (projects.includes('browser')) await requireTool('firefox-esr')
  const stack = projects.includes('integration') || projects.includes('browser') ? await startStack() : undefined
  const env = stack ? { WEBWATCH_STACK: JSON.stringify(stack.addresses) } : {}
  try {
    const left = every.filter((project) => projects.includes(project))
    const runNext = async (): Promise<void> => {
      const project = left.shift()
      if (!project) return
      tallies.push(await timed(project, () => vitest(project, env)))
      await runNext()
    }
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, runNext))
  } finally {
    await stack?.stop()
  }
  // Said once more where it is read first: at the end of a long output.
  for (const failure of tallies.flatMap(({ failures }) => failures)) console.log(`\nFAILED ${failure}`)
  const sum = (count: 'passed' | 'failed'): number => tallies.reduce((total, tally) => total + tally[count], 0)
  console.log(`${sum('passed')} passed, ${sum('failed')} failed`)
  return sum('failed') === 0 ? 0 : 1
}

process.exitCode = await main().catch((error: Error) => {
  console.error(error.message)
  console.log('0 passed, 1 failed')
  return 1
})
