import { fluxDateTime } from '@influxdata/influxdb-client'
import { quote } from '@webwatch/metrics/flux/script.ts'
import { type LedgerQuery, readingStart } from './ledger.ts'

const moment = (ms: number) => fluxDateTime(new Date(ms).toISOString())

/** The ledger as a query of InfluxDB: the same as `ledgerSql`. */
export function ledgerFlux(bucket: string, { site, from, to }: LedgerQuery): string {
  const { start, firstPage } = readingStart(from)
  return `import "date"
  from(bucket: ${quote(bucket)})
    |> range(start: ${moment(start)}, stop: ${moment(to)})
    |> filter(fn: (r) => r.data_type == "raw"${site === undefined ? '' : ` and r.site == ${quote(site)}`})
    |> filter(fn: (r) => r._field == "seq" or r._field == "page")
    |> pivot(rowKey: ["_time"], columnKey: ["_field"], valueColumn: "_value")
    |> keep(columns: ["_time", "site", "page", "seq"])
    |> group(columns: ["site", "page"])
    |> sort(columns: ["seq", "_time"])
    |> duplicate(column: "seq", as: "step")
    |> difference(columns: ["step"], keepFirst: true)
    |> filter(fn: (r) => r._time >= ${moment(from)})
    |> map(fn: (r) => ({
      site: r.site,
      _time: date.truncate(t: r._time, unit: 1m),
      stored: if exists r.step and r.step == 0 then 0 else 1,
      doubled: if exists r.step and r.step == 0 then 1 else 0,
      missing: if not exists r.step then (if r.page >= ${quote(firstPage)} then r.seq else 0) else (if r.step == 0 then 0 else r.step - 1),
    }))
    |> group(columns: ["site", "_time"])
    |> reduce(identity: {stored: 0, missing: 0, doubled: 0}, fn: (r, accumulator) => ({
      stored: accumulator.stored + r.stored,
      missing: accumulator.missing + r.missing,
      doubled: accumulator.doubled + r.doubled,
    }))
    |> group()
    |> sort(columns: ["_time", "site"])`
}
