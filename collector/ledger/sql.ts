import { type LedgerQuery, MINUTE_MS, readingStart } from './ledger.ts'

const text = (value: string): string => `'${value.replaceAll("'", "''")}'`

/** The ledger as a query of the embedded store. Within a page view, each event says how many numbers are skipped ahead of it. */
export function ledgerSql({ site, from, to }: LedgerQuery): string {
  const { start, firstPage } = readingStart(from)
  return `WITH numbered AS (
      SELECT site, page, time, seq, seq - lag(seq) OVER (PARTITION BY site, page ORDER BY seq, time, id) AS step
      FROM events WHERE time >= ${start} AND time < ${to}${site === undefined ? '' : ` AND site = ${text(site)}`}
    ), counted AS (
      SELECT site, time // ${MINUTE_MS} * ${MINUTE_MS} AS minute,
        CASE WHEN step = 0 THEN 0 ELSE 1 END AS stored,
        CASE WHEN step = 0 THEN 1 ELSE 0 END AS doubled,
        CASE WHEN step IS NOT NULL THEN greatest(step - 1, 0) WHEN page >= ${text(firstPage)} THEN seq ELSE 0 END AS missing
      FROM numbered WHERE time >= ${from}
    )
    SELECT site, minute, sum(stored) AS stored, sum(missing) AS missing, sum(doubled) AS doubled
    FROM counted GROUP BY site, minute ORDER BY minute, site`
}
