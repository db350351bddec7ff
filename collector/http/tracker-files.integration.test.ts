import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type CollectorProcess, collectorProcess } from '../testing/process.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
let collector: CollectorProcess
beforeAll(async () => {
  if (!existsSync(join(root, 'dist/tracker.js.sri')))
    await execa('npx', ['vite', 'build', '--mode', 'tracker', '--logLevel', 'error'], { cwd: root })
  collector = await collectorProcess({ DATA_DIR: await mkdtemp(join(tmpdir(), 'webwatch-files-')) })
})
afterAll(() => collector.stop())

const get = (path: string) => fetch(`${collector.url}/${path}`)
const cacheOf = async (path: string) => (await get(path)).headers.get('cache-control')

it('serves the tracker with the hash that browsers hold it to, and with its types', async () => {
  const script = Buffer.from(await (await get('tracker.js')).arrayBuffer())
  expect((await (await get('tracker.js.sri')).text()).trim()).toBe(`sha384-${createHash('sha384').update(script).digest('base64')}`)
  expect(await (await get('tracker.d.ts')).text()).toContain('interface WebWatch')
})

it('lets browsers keep a tracker for good under its own hash, and under no other', async () => {
  const script = Buffer.from(await (await get('tracker.js')).arrayBuffer())
  const hash = createHash('sha256').update(script).digest('hex')
  expect(await cacheOf(`tracker.js?v=${hash.slice(0, 12)}`)).toBe('public, max-age=31536000, immutable')
  for (const version of ['', '?v=', `?v=${hash.slice(0, 4)}`, '?v=000000000000']) {
    expect(await cacheOf(`tracker.js${version}`)).toBe('public, max-age=3600')
  }
})
