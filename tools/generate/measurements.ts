import type { Figure } from '../../bench/figure.ts'

/** What `npm run bench` keeps of one part. */
interface KeptPart {
  at: string
  node: string
  figures: readonly Figure[]
}

/** A file of bench/results: the parts of one benchmark. */
export type KeptResults = Readonly<Record<string, KeptPart>>

const DIGITS = { maximumSignificantDigits: 3 } as const
/** A cell of a table cannot hold the character that ends it. */
const cell = (text: string): string => text.replaceAll('|', '\\|')

const row = ({ name, value, unit, wanted = '' }: Figure): string =>
  `| ${cell(name)} | ${value.toLocaleString('en', DIGITS)}${unit && ` ${unit}`} | ${cell(wanted)} |`

function part(benchmark: string, [name, { at, node, figures }]: [string, KeptPart]): string {
  const head = `### ${name}\n\n\`npm run bench -- ${benchmark} ${name}\`, ${at.slice(0, 10)}, Node ${node}`
  return [head, ['| figure | measured | wanted |', '| ------ | -------- | ------ |', ...figures.map(row)].join('\n')].join('\n\n')
}

/** The text of docs/measurements.md: what the benchmarks kept, by their names. */
export function measurementsPage(results: Readonly<Record<string, KeptResults>>): string {
  const chapters = Object.entries(results).map(([benchmark, kept]) =>
    [`## ${benchmark}`, ...Object.entries(kept).map((entry) => part(benchmark, entry))].join('\n\n'),
  )
  return `# Measurements\n\nMade by \`npm run generate\` from bench/results. [performance.md](performance.md) says how they are taken and what they mean.\n\n${chapters.join('\n\n')}\n`
}
