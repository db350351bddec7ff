/** What Grafana knows when it runs a query. */
export interface Viewer {
  /** ms since the epoch. */
  from: number
  to: number
  /** Width of a window, in ms. */
  intervalMs: number
  /** The datasource's default bucket. */
  bucket: string
  /** The chosen values of each variable; `null` is All. */
  variables: Readonly<Record<string, readonly string[] | null>>
  /** The viewer's time zone, as Grafana tells it from version 10 on. */
  zone?: string
}

/** How Go writes a duration: `1m0s`, `500ms`. */
export function goDuration(ms: number): string {
  if (ms < 1000) return `${ms}ms`
  const seconds = ms / 1000
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60]
  return `${hours > 0 ? `${hours}h` : ''}${hours > 0 || minutes > 0 ? `${minutes}m` : ''}${rest}s`
}

/** Windows that Grafana chooses from, in ms. */
const NICE = [
  10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 15e3, 2e4, 3e4, 6e4, 12e4, 3e5, 6e5, 9e5, 12e5, 18e5, 36e5, 72e5, 108e5, 216e5, 432e5,
  864e5,
]

/** The window of a panel with so many points: the nearest of Grafana's own that is not much smaller. */
export function intervalFor(rangeMs: number, points: number): number {
  const exact = rangeMs / points
  return NICE.find((nice) => nice >= exact * 0.75) ?? NICE.at(-1)!
}

const escapeRegex = (value: string): string => value.replace(/[\\^$*+?.()|[\]{}/]/g, '\\$&')

const percentEncoded = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)

function inFormat(values: readonly string[] | null, format: string | undefined): string {
  // The variables of the dashboards have this value of their own for All, which only this format touches.
  if (format === 'percentencode') return percentEncoded(values === null ? '.*' : inFormat(values, 'glob'))
  if (values === null) return '.*'
  if (format === 'regex') return values.length === 1 ? escapeRegex(values[0]!) : `(${values.map(escapeRegex).join('|')})`
  if (format === undefined || format === 'glob') return values.length === 1 ? values[0]! : `{${values.join(',')}}`
  throw new Error(`format ${format} is not used by the dashboards`)
}

/**
 * Fills a query as Grafana does: the front end puts in the dashboard's variables, then the back end replaces anything dot one of its own names,
 * whatever stands before the dot.
 */
export function fill(query: string, viewer: Viewer): string {
  const withZone = viewer.zone === undefined ? query : query.replaceAll('$__timezone', viewer.zone)
  const withVariables = withZone.replace(/\$\{(\w+)(?::(\w+))?\}/g, (whole, name: string, format: string | undefined) => {
    const values = viewer.variables[name]
    return values === undefined ? whole : inFormat(values, format)
  })
  const own: Readonly<Record<string, string>> = {
    timeRangeStart: new Date(viewer.from).toISOString(),
    timeRangeStop: new Date(viewer.to).toISOString(),
    windowPeriod: goDuration(viewer.intervalMs),
    bucket: JSON.stringify(viewer.bucket),
    defaultBucket: JSON.stringify(viewer.bucket),
    organization: '"webwatch"',
  }
  return withVariables.replace(/([a-zA-Z]+)\.([a-zA-Z]+)/g, (whole, _object: string, name: string) => own[name] ?? whole)
}
