import { readFile } from 'node:fs/promises'
import { execa } from 'execa'
import { products, shippedWith } from '../generate/licences.ts'
import { type AuditReport, judgeAdvisories } from './advisories.ts'

const TIMEOUT_MS = 60_000

async function ask(): Promise<AuditReport> {
  const { stdout, timedOut } = await execa('npm', ['audit', '--json'], { reject: false, timeout: TIMEOUT_MS })
  if (timedOut) return { message: `no answer within ${TIMEOUT_MS / 1000} s` }
  try {
    return JSON.parse(stdout) as AuditReport
  } catch {
    return { message: 'the answer is not JSON' }
  }
}

/** `npm run advisories`: what the registry knows against the packages of the lock file. */
async function main(): Promise<void> {
  const lock = JSON.parse(await readFile(new URL('../../package-lock.json', import.meta.url), 'utf8'))
  const shipped = new Set(products.flatMap(({ workspaces }) => shippedWith(lock, workspaces).map(({ name }) => name)))
  const { lines, isBad } = judgeAdvisories(await ask(), shipped)
  for (const line of lines) console.log(line)
  if (isBad) process.exitCode = 1
}

await main()
