import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readOptions } from '../tools/options.ts'
import type { Part } from './benchmark.ts'
import { collectorParts } from './collector/parts.ts'
import { dashboardParts } from './dashboards/parts.ts'
import type { Figure } from './figure.ts'
import { benchTracker } from './tracker.ts'

interface PartResult {
  at: string
  node: string
  figures: Figure[]
}

const usage = 'npm run bench -- NAME [PART…] [--long] [--profile]'
/** Every benchmark with its parts, by their names. */
const benchmarks: Record<string, Record<string, Part>> = {
  tracker: { visit: benchTracker },
  collector: collectorParts,
  dashboards: dashboardParts,
}
const directory = join(import.meta.dirname, 'results')

async function keep(name: string, results: Record<string, PartResult>): Promise<void> {
  const file = join(directory, `${name}.json`)
  const known = Object.keys(benchmarks[name]!)
  const before: Record<string, PartResult> = await readFile(file, 'utf8').then(JSON.parse, () => ({}))
  const all = { ...before, ...results }
  const kept = Object.fromEntries(known.flatMap((part) => (all[part] ? [[part, all[part]]] : [])))
  await mkdir(directory, { recursive: true })
  await writeFile(file, `${JSON.stringify(kept, null, 2)}\n`)
}

async function main(): Promise<void> {
  const { values, positionals } = readOptions(usage, {
    options: { long: { type: 'boolean', default: false }, profile: { type: 'boolean', default: false } },
    allowPositionals: true,
  })
  const { long, profile } = values
  const [name, ...asked] = positionals
  const parts = benchmarks[name ?? '']
  if (!parts) throw new Error(`${usage}, where NAME is one of: ${Object.keys(benchmarks).join(', ')}`)
  const unknown = asked.find((part) => !parts[part])
  if (unknown) throw new Error(`${name} has no part ${unknown}: its parts are ${Object.keys(parts).join(', ')}`)
  for (const part of asked.length > 0 ? asked : Object.keys(parts)) {
    const figures = await parts[part]!({ long, profile })
    console.table(
      figures.map(({ name: figure, value, unit, wanted = '' }) => ({ figure, value: Number(value.toPrecision(3)), unit, wanted })),
    )
    if (!profile && figures.length > 0) await keep(name!, { [part]: { at: new Date().toISOString(), node: process.version, figures } })
  }
}

// What was started ends with this process only when it ends by itself.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))

main().then(
  () => process.exit(0),
  (error: Error) => {
    console.error(error.message)
    process.exit(1)
  },
)
