import { gzipSync } from 'node:zlib'
import { launchChromium } from '@webwatch/e2e/browsers/index.ts'
import { measureVisit, type Subject, type VisitCost } from '@webwatch/e2e/fixed-visit/measure.ts'
import type { Figure } from './figure.ts'
import { subjects } from './peers.ts'

/** What our own tracker may cost a page. */
const wanted: Partial<Record<string, string>> = {
  'main thread': 'at most 40',
  'longest part of a task': 'at most 50',
  'forced layouts': 'none',
  requests: 'at most 15',
  sent: 'at most 30',
  'size after gzip': 'at most 8.192',
}

const median = (values: number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!

function figuresOf({ name, script }: Subject, costs: readonly VisitCost[]): Figure[] {
  const of = (pick: (cost: VisitCost) => number) => median(costs.map(pick))
  const values: (readonly [string, number, string])[] = [
    ['main thread', of(({ total }) => total), 'ms CPU'],
    ['entering scripts for it', of(({ entering }) => entering), 'ms CPU'],
    ['calls', of(({ calls }) => calls), ''],
    ['longest part of a task', of(({ longest }) => longest), 'ms CPU'],
    ['forced layouts', of(({ forcedLayouts }) => forcedLayouts.length), ''],
    ['requests', of(({ requests }) => requests), ''],
    ['sent', of(({ bytes }) => bytes) / 1_000, 'kB'],
    ['heap after the visit', of(({ heap }) => heap) / 1_000, 'kB'],
    ['size after gzip', gzipSync(script).length / 1_000, 'kB'],
  ]
  return values.map(([what, value, unit]) => ({
    name: `${name}: ${what}`,
    value,
    unit,
    ...(name === 'webwatch' && wanted[what] ? { wanted: wanted[what] } : {}),
  }))
}

function ratios(figures: readonly Figure[]): Figure[] {
  const own = figures.find(({ name }) => name === 'webwatch: main thread')
  const peers = figures.filter(({ name }) => name.endsWith(': main thread') && !/^(webwatch|none):/.test(name))
  if (!own) return []
  return peers.map(({ name, value }) => ({
    name: `main thread, webwatch to ${name.split(':')[0]}`,
    value: own.value / value,
    unit: 'times',
  }))
}

/**
 * The fixed visit with our tracker and with those of others, in turns, so that what the machine does besides hits all alike.
 * `WEBWATCH_BENCH_ROUNDS` (1) says how often, `WEBWATCH_BENCH_ONLY` names the trackers, with commas.
 */
export async function benchTracker(): Promise<Figure[]> {
  const only = process.env.WEBWATCH_BENCH_ONLY?.split(',')
  const all = (await subjects()).filter(({ name }) => !only || only.includes(name))
  const costs = new Map<string, VisitCost[]>(all.map(({ name }) => [name, []]))
  const browser = await launchChromium()
  try {
    for (let round = 0; round < Number(process.env.WEBWATCH_BENCH_ROUNDS ?? 1); round++) {
      for (const subject of all) {
        const cost = await measureVisit(browser.context, subject)
        costs.get(subject.name)!.push(cost)
        console.log(subject.name, { ...cost, forcedLayouts: cost.forcedLayouts.length })
      }
    }
  } finally {
    await browser.close()
  }
  const figures = all.flatMap((subject) => figuresOf(subject, costs.get(subject.name)!))
  return [...figures, ...ratios(figures)]
}
