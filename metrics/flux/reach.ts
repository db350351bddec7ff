import { LATE_MEASUREMENT } from '../aggregates.ts'
import { define, overStretches, quote, type Script } from './script.ts'

/** Of which time a task makes things anew. */
export interface Reach {
  /** Its first moment, as a Flux expression. */
  readonly start: string
  /** Rows of that time alone: `build` is called with a frame for it, adds steps, and gives the name of their rows. */
  rows(build: (script: Script) => string): string
}

/** So many stretches are read each by itself; of more, everything since the first, since each adds a second to a run whatever is in it. */
const MOST_STRETCHES = 8

/** How far back a run looks for notes of late events: half as long again as from one run to the next. */
const NOTED = '15m'

/** Everything from a moment to now. */
export const reachFrom = (script: Script, start: string): Reach => ({
  start,
  rows: (build) => build({ ...script, frame: { ...script.frame, start, stop: 'now()' } }),
})

/** Everything of the last so long. */
export function reachBack(script: Script, length: string, unit: string): Reach {
  script.imports.add('date')
  return reachFrom(script, define(script, [`date.truncate(t: date.sub(d: ${length}, from: now()), unit: ${unit})`]))
}

/** A stretch of time in a text, which Flux can find columns and tell doubles of. */
const stretchText = (since: string, until: string): string => `string(v: ${since}) + "/" + string(v: ${until})`

/** The hours that notes tell to have late events, and those between; two of tomorrow, in which there is nothing to do, are always there. */
export function reachOfNotes(script: Script, bucket: string): Reach {
  for (const name of ['array', 'date', 'strings']) script.imports.add(name)
  const hourOf = (time: string) => `date.truncate(t: ${time}, unit: 1h)`
  const next = (hour: string) => `date.add(d: 1h, to: ${hour})`
  const ofMs = (ms: string) => `time(v: ${ms} * 1000000)`
  const noted = define(script, [
    `from(bucket: ${quote(bucket)})`,
    `range(start: date.sub(d: ${NOTED}, from: now()), stop: date.add(d: 10m, to: now()))`,
    `filter(fn: (r) => r._measurement == ${quote(LATE_MEASUREMENT)} and (r._field == "from" or r._field == "until"))`,
    'pivot(rowKey: ["_time"], columnKey: ["_field"], valueColumn: "_value")',
    'group()',
    `map(fn: (r) => ({stretch: ${stretchText(hourOf(ofMs('r.from')), next(hourOf(ofMs('r.until'))))}}))`,
  ])
  const tomorrow = [24, 25].map((hours) => {
    const hour = hourOf(`date.add(d: ${hours}h, to: now())`)
    return stretchText(hour, next(hour))
  })
  const rows = tomorrow.map((text) => `{stretch: ${text}}`).join(', ')
  const each = define(script, [
    `union(tables: [${noted}, array.from(rows: [${rows}])])`,
    'unique(column: "stretch")',
    'sort(columns: ["stretch"])',
    'findColumn(fn: (key) => true, column: "stretch")',
  ])
  const moment = (text: string, which: number) => `time(v: strings.split(v: ${text}, t: "/")[${which}])`
  const start = define(script, [moment(`${each}[0]`, 0)])
  const whole = `[${[stretchText(start, next(hourOf('now()'))), tomorrow[0]].join(', ')}]`
  const stretches = define(script, [`if length(arr: ${each}) > ${MOST_STRETCHES + tomorrow.length} then ${whole} else ${each}`])
  return {
    start,
    rows: (build) => overStretches(script, stretches, [`since = ${moment('x', 0)}`, `until = ${moment('x', 1)}`], build),
  }
}
