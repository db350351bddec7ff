import { Gauge, type Registry } from 'prom-client'
import type { Ledger, LedgerRow } from './ledger.ts'
import { MINUTE_MS } from './ledger.ts'

/** An hour, without the last minutes: what is still on its way is not missing yet. */
const WINDOW = { from: 65 * MINUTE_MS, to: 5 * MINUTE_MS }
/** Shortest time between two readings, and how many times as long as a reading took the store is then left alone. */
const PAUSE_MS = 5_000
const PAUSE_FACTOR = 20
const states = ['captured', 'stored', 'missing', 'doubled'] as const satisfies (keyof LedgerRow)[]

/** Sums the minutes of each site. */
export function totals(rows: readonly LedgerRow[]): Map<string, Record<(typeof states)[number], number>> {
  const bySite = new Map<string, Record<(typeof states)[number], number>>()
  for (const row of rows) {
    const total = bySite.get(row.site) ?? { captured: 0, stored: 0, missing: 0, doubled: 0 }
    for (const state of states) total[state] += row[state]
    bySite.set(row.site, total)
  }
  return bySite
}

/**
 * Shows the ledger to Prometheus. It is read when somebody looks, as long as that keeps the store busy for a twentieth of its time at most, and shown
 * the next time: a look must not wait for the store.
 * @param failed is told why it could not be read
 */
export function ledgerGauge(registry: Registry, ledger: Ledger, failed: (error: Error) => void): void {
  let nextAt = 0
  const gauge = new Gauge({
    name: 'webwatch_ledger_events',
    help: 'Events of the hour that ended five minutes ago, by their numbers: captured, stored, missing, and stored more than once.',
    labelNames: ['site', 'state'] as const,
    registers: [registry],
    collect() {
      const started = performance.now()
      if (started < nextAt) return
      nextAt = Number.POSITIVE_INFINITY
      const now = Date.now()
      void ledger({ from: now - WINDOW.from, to: now - WINDOW.to })
        .then(show, failed)
        .then(() => {
          nextAt = performance.now() + Math.max(PAUSE_MS, PAUSE_FACTOR * (performance.now() - started))
        })
    },
  })
  function show(rows: readonly LedgerRow[]): void {
    gauge.reset()
    for (const [site, total] of totals(rows)) for (const state of states) gauge.set({ site, state }, total[state])
  }
}
