import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const folders = ['events', 'tracker', 'extension', 'collector', 'tools', 'bench', 'e2e']

/** What a text in Flux or SQL cannot do without. */
const isQuery = /\|> |\bfrom\(bucket|\b(SELECT|INSERT INTO|DELETE FROM|CREATE (OR REPLACE )?(TABLE|VIEW))\b/

/** Questions are compiled by metrics/. These write Flux or SQL because they ask none. */
const exceptions: Readonly<Record<string, string>> = {
  'collector/sink/duckdb.ts': 'stores events and lists them as they are',
  'collector/sink/duckdb-tables.ts': 'makes the tables that events lie in',
  'collector/sink/duckdb-turns.ts': 'reads one id, so that what is committed later is not yet cleared away',
  'collector/sink/duckdb-aggregates.ts': 'makes the tables for what metrics/ aggregates, and deletes',
  'collector/sink/influx-events.ts': 'lists events as they are',
  'collector/sink/influx-forget.ts': 'finds what is to be deleted of a site or a visitor',
  'collector/sink/influx-expire.ts': 'finds what is too old',
  'collector/faults/stand.ts': 'looks into the store after a fault, past all that is tested',
  'collector/testing/fuzz/requests.ts': 'tries what must not be taken for a query',
  'bench/collector/freshness.ts': 'waits until an event can be read',
}

/** Files that hold something. */
async function filesWith(wanted: RegExp): Promise<string[]> {
  const listed = await Promise.all(
    folders.map(async (folder) => {
      const entries = await readdir(join(root, folder), { recursive: true })
      return entries.map((entry) => `${folder}/${entry.replaceAll('\\', '/')}`)
    }),
  )
  // Tests look into stores by themselves, or they would test metrics/ by metrics/.
  const sources = listed.flat().filter((path) => /\.(ts|tsx|mjs)$/.test(path) && !/node_modules|\.test\.tsx?$/.test(path))
  const texts = await Promise.all(sources.map(async (path) => [path, await readFile(join(root, path), 'utf8')] as const))
  return texts.filter(([, text]) => wanted.test(text)).map(([path]) => path)
}

it('knows a query when it sees one', () => {
  for (const text of ["`from(bucket: 'x')`", "rows + '\\n  |> sum()'", 'SELECT 1', 'DELETE FROM events']) expect(text).toMatch(isQuery)
})

it('finds queries written by hand only where no metric is asked for', async () => {
  expect((await filesWith(isQuery)).sort()).toEqual(Object.keys(exceptions).sort())
})

it('finds texts put into Flux by our own quoting alone: of "$${x}" that of the client library makes an expression', async () => {
  expect(await filesWith(/\bflux(String|Expression)\b/)).toEqual([])
})
