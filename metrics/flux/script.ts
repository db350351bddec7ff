import type { FunnelStep } from '@webwatch/events/metric.ts'

/**
 * Where a query reads and what it is limited to, as Flux expressions: values for a query that runs now, Grafana's variables for one in a
 * dashboard.
 */
export interface FluxFrame {
  /** Such as `"analytics"`, or `"${bucket}"`. */
  readonly bucket: string
  /** Such as `2026-01-01T00:00:00Z`, or `v.timeRangeStart`. */
  readonly start: string
  readonly stop: string
  /** Arguments of Flux's `window`: `every: v.windowPeriod`. Without it the whole range is one window, and rows have no `_time`. */
  readonly window?: string
  /** Bins of a histogram in which nothing lies give 0. */
  readonly emptyBins?: boolean
  /** Conditions on the tags of `r`: `r.site =~ /^${site:regex}$/`. */
  readonly filters?: readonly string[]
  /** Conditions that may come to nothing: `none` is a Flux expression that tells whether. */
  readonly choices?: readonly { readonly condition: string; readonly none: string }[]
  /** Conditions on other columns of the metric, as in `Query`. */
  readonly fieldFilters?: Readonly<Record<string, readonly string[]>>
  /** Columns to break down by. */
  readonly by?: readonly string[]
  /** Arguments of `window` for weeks that begin on Mondays, which retention looks at. `every: 1w, offset: 4d` unless given. */
  readonly weeks?: string
  /** Steps of a funnel that has none of its own. */
  readonly steps?: readonly FunnelStep[]
  /** The largest so many rows alone, largest first. */
  readonly limit?: number
  /** Where page views are kept ready (metrics/flux/views.ts), and the condition under which they are read instead of events. */
  readonly summaries?: { readonly bucket: string; readonly when: string }
  /** Where counts per hour outlive the events (metrics/aggregates.ts), and the condition under which the range may begin before the oldest event. */
  readonly hours?: { readonly bucket: string; readonly when: string }
  /** Packages that the expressions need, such as `timezone`. */
  readonly imports?: readonly string[]
}

/** A Flux text that is being put together: each statement gives a variable that later ones can use. */
export interface Script {
  readonly frame: FluxFrame
  readonly imports: Set<string>
  readonly statements: string[]
  /** Names of functions by their text. */
  readonly functions: Map<string, string>
  /** What names of variables begin with. */
  readonly prefix: string
}

export const newScript = (frame: FluxFrame): Script => ({
  frame,
  imports: new Set(frame.imports),
  statements: [],
  functions: new Map(),
  prefix: 't',
})

/** The text of a script: packages are named before everything else. */
export const textOf = ({ imports, statements }: Script): string =>
  `${[...[...imports].sort().map((name) => `import ${quote(name)}`), ...statements].join('\n')}\n`

/** Adds steps of a pipeline as a variable, and gives its name. */
export function define(script: Script, steps: readonly string[]): string {
  const name = `${script.prefix}${script.statements.length + 1}`
  script.statements.push(`${name} = ${steps.join('\n  |> ')}`)
  return name
}

/** Steps that keep what is chosen. Storage checks each condition for each series, which takes its time, so one that lets everything pass is left out. */
export const chosen = (script: Script): string[] =>
  (script.frame.choices ?? []).map(({ condition, none }) => {
    const text = `(tables=<-) => if ${none} then tables else tables |> filter(fn: (r) => ${condition})`
    const name = script.functions.get(text) ?? define(script, [text])
    script.functions.set(text, name)
    return `${name}()`
  })

/** Adds steps of a pipeline as a result of the script. */
export function give(script: Script, steps: readonly string[]): void {
  script.statements.push(steps.join('\n  |> '))
}

/**
 * Rows of several stretches of time: each is read by itself, as storage does best, and by the same steps.
 * @param stretches a Flux array, with at least two elements
 * @param bounds statements that give `since` and `until` of a stretch, which is called `x`
 * @param build adds steps for one stretch, and gives the name of their rows
 */
export function overStretches(script: Script, stretches: string, bounds: readonly string[], build: (script: Script) => string): string {
  script.imports.add('array')
  const part: Script = {
    ...script,
    frame: { ...script.frame, start: 'since', stop: 'until' },
    statements: [],
    functions: new Map(script.functions),
    prefix: 'part',
  }
  const rows = build(part)
  const body = [...bounds, ...part.statements, `return ${rows}`]
  // Functions within an unnamed function that is handed to `array.map` cannot see what they are called with (seen in 2.7.12).
  const ofStretch = define(script, [`(x) => {\n${body.join('\n')}\n}`])
  return define(script, [`union(tables: array.map(arr: ${stretches}, fn: (x) => ${ofStretch}(x: x)))`])
}

/** Characters that mean nothing in a Flux text: not quotes, backslashes, line breaks, nor what begins an expression there or a variable in Grafana. */
const harmless = /^[\w .,:;/@%&?!=+*#|~^<>()[\]-]$/

const byte = (value: number): string => `\\x${value.toString(16).padStart(2, '0')}`

/** A text as Flux writes it; whatever could mean something is spelt by its bytes. */
export const quote = (text: string): string =>
  `"${[...text].map((character) => (harmless.test(character) ? character : [...new TextEncoder().encode(character)].map(byte).join(''))).join('')}"`

export const list = (names: readonly string[]): string => `[${names.map(quote).join(', ')}]`

/** A number as a Flux float. */
export const float = (value: number): string => (Number.isInteger(value) ? `${value}.0` : String(value))

export const groupBy = (columns: readonly string[]): string => (columns.length > 0 ? `group(columns: ${list(columns)})` : 'group()')

export const union = (names: readonly string[]): string => `union(tables: [${names.join(', ')}])`
