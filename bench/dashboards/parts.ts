import { performance } from 'node:perf_hooks'
import { dashboardModel } from '../../tools/generate/grafana/dashboard.ts'
import { dashboards } from '../../tools/generate/grafana/dashboards.ts'
import { fill, intervalFor } from '../../tools/grafana/fill.ts'
import { runFlux } from '../../tools/grafana/influx.ts'
import type { Part } from '../benchmark.ts'
import type { Figure } from '../figure.ts'
import { type FilledInflux, filledInflux } from './fill.ts'
import { benchTasks } from './tasks.ts'

/** Fewer show only that everything works. */
const EVENTS = Number(process.env.BENCH_EVENTS ?? 1_000_000)
const DAYS = 30
const DAY = 86_400_000
const RUNS = 3
const SHOWN = 10
const WANTED_MS = 500
/** What takes so long need not be measured better. */
const HOPELESS_MS = 4 * WANTED_MS
const all = { site: null, url: null, device: null, country: null }

interface Timed {
  name: string
  ms: number
}

/** Every query of every dashboard, those of the variables above it included. */
const queries = dashboards.flatMap((spec) => {
  const { title, panels, templating } = dashboardModel(spec)
  return [
    ...templating.list
      .filter(({ type }) => type === 'query')
      .map(({ name, query }) => ({ name: `${title}: choice of ${name}`, query, points: 500 })),
    ...panels.flatMap((panel) =>
      panel.targets.map(({ query }) => ({ name: `${title}: ${panel.title}`, query, points: panel.maxDataPoints ?? 500 })),
    ),
  ]
})

/** The median of some runs, after one that warms up. */
async function timed(store: FilledInflux, { name, query, points }: (typeof queries)[number]): Promise<Timed> {
  const range = { from: store.end - store.days * DAY, to: store.end }
  const text = fill(query, { ...range, intervalMs: intervalFor(range.to - range.from, points), bucket: store.bucket, variables: all })
  const times: number[] = []
  for (let run = 0; run <= RUNS; run++) {
    const start = performance.now()
    await runFlux(store, text)
    const ms = performance.now() - start
    if (run === 0 && ms > HOPELESS_MS) return { name, ms }
    if (run > 0) times.push(ms)
  }
  return { name, ms: times.sort((a, b) => a - b)[RUNS >> 1]! }
}

async function measure(): Promise<Figure[]> {
  const store = await filledInflux(EVENTS, DAYS)
  try {
    const results: Timed[] = []
    for (const query of queries) results.push(await timed(store, query))
    results.sort((a, b) => b.ms - a.ms)
    const slow = results.filter(({ ms }) => ms > WANTED_MS).length
    return [
      { name: 'queries', value: results.length, unit: '' },
      { name: `queries above ${WANTED_MS} ms`, value: slow, unit: '', wanted: '0' },
      { name: 'median of all queries', value: results[results.length >> 1]!.ms, unit: 'ms' },
      ...results
        .slice(0, SHOWN)
        .map(({ name, ms }) => ({ name: name.replace('WebWatch: ', ''), value: ms, unit: 'ms', wanted: `under ${WANTED_MS}` })),
    ]
  } finally {
    await store.stop()
  }
}

/** `queries`: what a viewer waits for, over 30 days and a million events. `fill`: only makes the data for it. `tasks`: what keeping numbers ready costs. */
export const dashboardParts: Record<string, Part> = {
  fill: async () => {
    await (await filledInflux(EVENTS, DAYS)).stop()
    return []
  },
  queries: measure,
  tasks: benchTasks,
}
