import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
let tree = ''

/** Imports that point against the arrows of docs/architecture.md: the file, and what it must not import. */
const forbidden = [
  ['events/click/capture.ts', '@webwatch/tracker'],
  ['events/click/schema.ts', '../../collector/record.ts'],
  ['metrics/flux.ts', '@webwatch/collector/record.ts'],
  ['tracker/tracker.ts', '@webwatch/metrics'],
  ['tracker/script/transport.ts', '../../extension/messages.ts'],
  ['extension/background/index.ts', '@webwatch/collector/record.ts'],
  ['extension/popup/popup.tsx', '../../metrics/index.ts'],
  ['collector/ingest/intake.ts', '@webwatch/tracker/uuid.ts'],
  ['collector/bus/kafka.ts', '../../extension/site.ts'],
] as const

const allowed = [
  ['tracker/tracker.ts', '@webwatch/events/url.ts'],
  ['extension/content/transport.ts', '@webwatch/tracker'],
  ['collector/query/query.ts', '@webwatch/metrics'],
  ['metrics/flux.ts', '@webwatch/events'],
  ['events/click/capture.ts', '../dom/target.ts'],
] as const

async function lint(file: string, from: string): Promise<string> {
  const path = join(tree, file)
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, `import { thing } from '${from}'\n\nexport const used = thing\n`)
  const biome = join(root, 'node_modules/.bin/biome')
  const { all } = await execa(biome, ['lint', '--only=style/noRestrictedImports', file], { cwd: tree, reject: false, all: true })
  return all
}

beforeAll(async () => {
  tree = await mkdtemp(join(tmpdir(), 'webwatch-boundaries-'))
  const { vcs: _git, ...config } = JSON.parse(await readFile(join(root, 'biome.json'), 'utf8'))
  await writeFile(join(tree, 'biome.json'), JSON.stringify({ ...config, $schema: undefined }))
})
afterAll(() => rm(tree, { recursive: true, force: true }))

describe('the lint rule of the import arrows', () => {
  it.each(forbidden)('stops %s from importing %s', async (file, from) => {
    expect(await lint(file, from)).toContain('noRestrictedImports')
  })

  it.each(allowed)('lets %s import %s', async (file, from) => {
    const output = await lint(file, from)
    expect(output).not.toContain('noRestrictedImports')
    expect(output).toContain('Checked 1 file')
  })
})
