import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { afterAll, beforeAll, expect, it } from 'vitest'

const program = fileURLToPath(new URL('./index.ts', import.meta.url))
let directory = ''

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'webwatch-simulate-'))
})
afterAll(() => rm(directory, { recursive: true, force: true }))

it('writes into the store that the .env file names, and says which that is', async () => {
  const dataDir = join(directory, 'kept')
  await writeFile(join(directory, '.env'), `DATA_DIR=${dataDir}\n`)
  const options = ['--store', '--days', '30', '--rate', '1', '--seconds', '20', '--faults', '0', '--seed', '7']
  const env = { PATH: process.env.PATH, LOG_LEVEL: 'silent' }
  const run = execa('node', ['--import', import.meta.resolve('tsx'), program, ...options], { cwd: directory, env, extendEnv: false })
  const { stdout } = await run
  expect(stdout).toContain(`for the embedded store in ${dataDir}\n`)
  expect(stdout).toMatch(/\n[1-9]\d* events sent: [1-9]\d* accepted, 0 duplicates, rejected: none/)
  expect(await readdir(directory)).toEqual(['.env', 'kept'])
})
