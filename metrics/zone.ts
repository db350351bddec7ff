/** Lengths of windows that are always the same, in ms. */
const fixed = { m: 60_000, h: 3_600_000 } as const
const DAY = 86_400_000
/** 1970-01-01 was a Thursday; weeks begin on Mondays (ISO 8601). */
const MONDAY = 4 * DAY

/** A stretch of time by the clock of a zone: `15m`, `1h`, `1d`, `1w`, `1mo`. */
export interface Window {
  readonly every: number
  readonly unit: 'm' | 'h' | 'd' | 'w' | 'mo'
}

/** Reads `15m`, `1h`, `1d`, `1w`, `1mo`; undefined when it is none of them. */
export function parseWindow(text: string): Window | undefined {
  const match = /^([1-9]\d{0,3})(mo|[mhdw])$/.exec(text)
  if (!match) return undefined
  const window = { every: Number(match[1]), unit: match[2] as Window['unit'] }
  // Days and longer are those of the calendar, and minutes and hours must divide a day, or windows would drift along the clock.
  const divides = window.unit === 'm' ? 1440 % window.every === 0 : window.unit === 'h' ? 24 % window.every === 0 : window.every === 1
  return divides ? window : undefined
}

const formats = new Map<string, Intl.DateTimeFormat>()

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone)
  if (!format) {
    const numeric = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' } as const
    format = new Intl.DateTimeFormat('en-US', { timeZone: zone, hourCycle: 'h23', ...numeric })
    formats.set(zone, format)
  }
  return format
}

/** Whether it is the IANA name of a time zone. */
export function isZone(zone: string): boolean {
  try {
    return formatOf(zone) !== undefined
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

/** By how many ms the clocks of a zone are ahead of UTC at a moment. */
export function offsetAt(zone: string, time: number): number {
  if (zone === 'UTC') return 0
  const parts = Object.fromEntries(
    formatOf(zone)
      .formatToParts(time)
      .map(({ type, value }) => [type, Number(value)]),
  )
  const { year, month, day, hour, minute, second } = parts as Record<string, number>
  return Date.UTC(year!, month! - 1, day!, hour!, minute!, second!) - Math.floor(time / 1000) * 1000
}

/** The moment at which clocks of a zone show a time; the first of two, and where clocks jump over it, the moment of the jump or after. */
export function momentOf(zone: string, clock: number): number {
  const before = clock - offsetAt(zone, clock - DAY)
  const after = clock - offsetAt(zone, clock + DAY)
  const matching = [before, after].filter((moment) => moment + offsetAt(zone, moment) === clock)
  return matching.length > 0 ? Math.min(...matching) : Math.max(before, after)
}

/** The begin of the window, on the clock of its zone, in which a clock shows a time. */
function floorOnClock({ every, unit }: Window, clock: number): number {
  const floorTo = (length: number, shift = 0) => Math.floor((clock - shift) / length) * length + shift
  if (unit === 'w') return floorTo(7 * DAY, MONDAY)
  if (unit === 'd') return floorTo(DAY)
  if (unit === 'mo') {
    const date = new Date(clock)
    return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1)
  }
  return floorTo(every * fixed[unit])
}

function nextOnClock({ unit }: Window, clock: number): number {
  if (unit === 'mo') {
    const date = new Date(clock)
    return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1)
  }
  return clock + (unit === 'w' ? 7 * DAY : DAY)
}

/** Windows of minutes and hours follow the moments, not the clock: in the night in which clocks go back, an hour that is shown twice is two windows. */
function shortWindows({ every, unit }: Window & { unit: 'm' | 'h' }, from: number, to: number, zone: string): number[] {
  const length = every * fixed[unit]
  const offset = offsetAt(zone, from)
  const starts: number[] = []
  for (let start = Math.floor((from + offset) / length) * length - offset; start < to; start += length) starts.push(start)
  return starts
}

/**
 * The first moments of the windows that cover a range, in ms since the epoch; the first one may begin before the range. Days, weeks and months
 * are those of the zone: a day in which clocks change is shorter or longer.
 */
export function windowStarts(window: Window, from: number, to: number, zone: string): number[] {
  const { unit } = window
  if (unit === 'm' || unit === 'h') return shortWindows({ ...window, unit }, from, to, zone)
  const starts: number[] = []
  let clock = floorOnClock(window, from + offsetAt(zone, from))
  for (let start = momentOf(zone, clock); start < to; start = momentOf(zone, clock)) {
    starts.push(start)
    clock = nextOnClock(window, clock)
  }
  return starts
}

/** Whether clocks of the zone change within a range. */
export function clocksChange(zone: string, from: number, to: number): boolean {
  const offset = offsetAt(zone, from)
  for (let time = from; time < to; time += DAY) if (offsetAt(zone, time) !== offset) return true
  return offsetAt(zone, to) !== offset
}
