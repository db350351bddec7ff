import { fluxQuery, type Query, type Row, readRows, sqlQuery } from '@webwatch/metrics'
import { ledger } from '@webwatch/metrics/ledger.ts'
import type { Sink } from '../sink/sink.ts'
import { type Ledger, type LedgerQuery, type LedgerRow, LOOK_BACK_MS, MINUTE_MS } from './ledger.ts'

const metric = ledger[0]!

/** The question of the catalogue that the ledger is the answer to: by site and minute, and from earlier on than wanted. */
const questionOf = ({ site, from, to }: LedgerQuery): Query => ({
  from: Math.max(0, from - (from % MINUTE_MS) - LOOK_BACK_MS),
  to,
  zone: 'UTC',
  filters: site === undefined ? {} : { site: [site] },
  by: ['site'],
  window: { every: 1, unit: 'm' },
})

/** Puts the stages of each site and minute side by side. */
function ledgerRows(rows: readonly Row[]): LedgerRow[] {
  const found = new Map<string, LedgerRow>()
  for (const { site, time, stage, value } of rows) {
    const key = `${time} ${site}`
    const row = found.get(key) ?? { site: String(site), minute: time!, captured: 0, stored: 0, missing: 0, doubled: 0 }
    row[stage as 'captured' | 'stored' | 'missing' | 'doubled'] = value
    found.set(key, row)
  }
  return [...found.values()].sort((a, b) => a.minute - b.minute || (a.site < b.site ? -1 : 1))
}

/**
 * Reads the ledger of a store.
 * @param bucket of InfluxDB; the embedded store needs none
 */
export function ledgerOf(sink: Pick<Sink, 'store' | 'rows'>, bucket = ''): Ledger {
  return async (wanted, signal) => {
    if (wanted.to <= wanted.from) return []
    const query = questionOf(wanted)
    const text = sink.store === 'influxdb' ? fluxQuery(metric, query, bucket) : sqlQuery(metric, query)
    const begin = wanted.from - (wanted.from % MINUTE_MS)
    return ledgerRows(readRows(metric, query, await sink.rows(text, signal)).filter(({ time }) => time! >= begin))
  }
}
