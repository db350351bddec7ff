import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { benchCollector } from './collector.ts'

/** One measured thing: its name, its value with the unit, and what it should be. */
export interface Figure {
  name: string
  value: number
  unit: string
  /** What the figure has to reach, in words. */
  wanted?: string
}

/** Every benchmark, by the name that `npm run bench -- NAME` takes. */
const benchmarks: Record<string, () => Promise<Figure[]>> = { collector: benchCollector }

async function main(name: string | undefined): Promise<void> {
  const bench = benchmarks[name ?? '']
  if (!bench) throw new Error(`npm run bench -- NAME, where NAME is one of: ${Object.keys(benchmarks).join(', ')}`)
  const figures = await bench()
  console.table(
    figures.map(({ name: figure, value, unit, wanted = '' }) => ({ figure, value: Number(value.toPrecision(3)), unit, wanted })),
  )
  const directory = join(import.meta.dirname, 'results')
  await mkdir(directory, { recursive: true })
  await writeFile(
    join(directory, `${name}.json`),
    `${JSON.stringify({ at: new Date().toISOString(), node: process.version, figures }, null, 2)}\n`,
  )
}

main(process.argv[2]).then(
  () => process.exit(0),
  (error: Error) => {
    console.error(error.message)
    process.exit(1)
  },
)
