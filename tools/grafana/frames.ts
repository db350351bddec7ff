/** A column of a frame. */
export interface Field {
  name: string
  type: 'time' | 'number' | 'string' | 'boolean'
  labels: Record<string, string>
  values: (string | number | boolean | null)[]
}

/** What a panel gets: one for each table of the answer. */
export interface Frame {
  /** Whether Grafana takes it for a series: it has `_value` and a time. */
  isSeries: boolean
  fields: Field[]
}

/** A column by its name. */
export const fieldOf = (frame: Frame | undefined, name: string): Field | undefined => frame?.fields.find((field) => field.name === name)

/** Grafana stops reading there. */
const MAX_SERIES = 1_000

/** Splits a line of annotated CSV. */
function cells(line: string): string[] {
  const found: string[] = []
  for (const match of line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)) {
    if (match.index === line.length && found.length > 0 && !line.endsWith(',')) break
    found.push(match[1]!.startsWith('"') ? match[1]!.slice(1, -1).replaceAll('""', '"') : match[1]!)
  }
  return found
}

type Kind = Field['type']
const kinds: Readonly<Record<string, Kind>> = {
  string: 'string',
  double: 'number',
  long: 'number',
  unsignedLong: 'number',
  boolean: 'boolean',
  'dateTime:RFC3339': 'time',
  'dateTime:RFC3339Nano': 'time',
}

function convert(kind: Kind, text: string): Field['values'][number] {
  if (kind === 'string') return text
  if (text === '') return null
  if (kind === 'number') return text === '+Inf' ? Number.POSITIVE_INFINITY : Number(text)
  return kind === 'time' ? Date.parse(text) : text === 'true'
}

interface Column {
  name: string
  kind: Kind
}

function newFrame(columns: readonly Column[], row: readonly string[]): Frame {
  const time = columns.find(({ name, kind }) => name === '_time' && kind === 'time') ?? columns.find(({ kind }) => kind === 'time')
  const value = columns.find(({ name }) => name === '_value')
  if (!time || !value) return { isSeries: false, fields: columns.map(({ name, kind }) => ({ name, type: kind, labels: {}, values: [] })) }
  // Only texts become labels, and nothing of InfluxDB's own.
  const labels = columns.flatMap(({ name, kind }, index) =>
    kind === 'string' && !name.startsWith('_') ? [[name, row[index]!] as const] : [],
  )
  return {
    isSeries: true,
    fields: [
      { name: 'Time', type: 'time', labels: {}, values: [] },
      {
        name: row[columns.findIndex((column) => column.name === '_field')] ?? '',
        type: value.kind,
        labels: Object.fromEntries(labels),
        values: [],
      },
    ],
  }
}

function append(frame: Frame, columns: readonly Column[], row: readonly string[]): void {
  const at = (name: string) => columns.findIndex((column) => column.name === name)
  if (!frame.isSeries) {
    for (const [index, field] of frame.fields.entries()) field.values.push(convert(field.type, row[index]!))
    return
  }
  const time = at('_time') >= 0 ? at('_time') : columns.findIndex(({ kind }) => kind === 'time')
  frame.fields[0]!.values.push(convert('time', row[time]!))
  frame.fields[1]!.values.push(convert(frame.fields[1]!.type, row[at('_value')]!))
}

/**
 * Makes frames of InfluxDB's answer (annotated CSV) by the rules of Grafana's own reader: https://github.com/grafana/grafana/blob/main/pkg/tsdb/influxdb/flux/builder.go
 * @throws {Error} what Grafana would show as an error
 */
export function framesOf(csv: string): Frame[] {
  const frames: Frame[] = []
  let columns: Column[] = []
  let types: string[] = []
  let table = ''
  let isHeader = false
  for (const line of csv.split(/\r?\n/)) {
    if (line === '') continue
    const [annotation, ...row] = cells(line)
    if (annotation === '#datatype') {
      types = row
      isHeader = true
      table = ''
    } else if (isHeader && !annotation!.startsWith('#')) {
      if (row[0] === 'error') throw new Error(`InfluxDB reports an error: ${line}`)
      columns = row.slice(2).map((name, index) => ({ name, kind: kinds[types[index + 2]!]! }))
      if (columns.length === 0) throw new Error('a result without a column of its own is an error in Grafana')
      isHeader = false
    } else if (!annotation!.startsWith('#')) {
      if (row[1] !== table) {
        table = row[1]!
        frames.push(newFrame(columns, row.slice(2)))
        if (frames.length > MAX_SERIES) throw new Error(`more than ${MAX_SERIES} series: Grafana cuts them off`)
      }
      append(frames.at(-1)!, columns, row.slice(2))
    }
  }
  return frames
}
