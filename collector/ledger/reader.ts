import type { Sink } from '../sink/sink.ts'
import { ledgerFlux } from './flux.ts'
import type { Ledger, LedgerQuery, LedgerRow } from './ledger.ts'
import { ledgerSql } from './sql.ts'

type Row = Record<string, unknown>

/** A row of either store; numbers may come as big integers, and InfluxDB gives a date for the minute. */
function toLedgerRow(row: Row): LedgerRow {
  const stored = Number(row.stored)
  const missing = Number(row.missing)
  const minute = row.minute === undefined ? Date.parse(row._time as string) : Number(row.minute)
  return { site: row.site as string, minute, captured: stored + missing, stored, missing, doubled: Number(row.doubled) }
}

/**
 * Reads the ledger of a store.
 * @param bucket of InfluxDB; the embedded store needs none
 */
export function ledgerOf(sink: Pick<Sink, 'store' | 'rows'>, bucket = ''): Ledger {
  const queryOf = (query: LedgerQuery) => (sink.store === 'influxdb' ? ledgerFlux(bucket, query) : ledgerSql(query))
  return async (query) => (query.to > query.from ? (await sink.rows(queryOf(query))).map(toLedgerRow) : [])
}
