import { backoff, pauseLeft, secondsToWait } from '@webwatch/tracker/backoff.ts'
import { browser } from '../adapters/browser.ts'
import type { LogEntry } from '../log/entry.ts'
import { countWaiting, requeueSent, setState, takeBatch, trim } from '../log/log.ts'
import { read, untroubled, write } from '../settings.ts'
import { type Accepted, batchOf, type Failure, judge, later, refusals, understand } from './batch.ts'

const MAX_EVENTS = 500
const ALARM = 'deliver'
/** How long an answer may take, in ms. */
const TIMEOUT = 20_000
/** Shortest time in ms for an alarm, which also wakes a worker that the browser has ended. */
const LATER = 30_000
/** How often in a row the event in front may be in doubt, sent alone, before it is given up: others wait behind it, and chance hardly damages one so often. */
const MAX_DOUBTS = 8

let delivering: Promise<void> | undefined
let timer: ReturnType<typeof setTimeout> | undefined

const ordersOf = (entries: readonly LogEntry[]) => entries.map(({ order }) => order)

function gzip(text: string): Promise<ArrayBuffer> {
  return new Response(new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'))).arrayBuffer()
}

/** Posts a batch as it is. Gives the collector's answer, or what to do instead. */
async function post(batch: string): Promise<Accepted | Failure> {
  const { url, key } = await read('collector')
  const body = await gzip(batch)
  const headers: Record<string, string> = { 'content-type': 'application/json', 'content-encoding': 'gzip' }
  if (key) headers.authorization = `Bearer ${key}`
  const signal = AbortSignal.timeout(TIMEOUT)
  const answer = await fetch(`${url}/v1/events`, { method: 'POST', body, headers, signal, credentials: 'omit' }).catch(() => undefined)
  if (!answer) return judge(0, 0)
  const told: unknown = await answer.json().catch(() => undefined)
  return understand(answer.status, secondsToWait(answer.headers.get('retry-after'), Date.now()), told)
}

/** Whether a collector answers at all: nobody else knows what is wrong with this. */
async function isCollectorThere(): Promise<boolean> {
  const answer = await post('{}')
  return 'kind' in answer && answer.kind === 'reject'
}

/** What to do with so many events of which nothing is known: in the end each goes alone, so that none keeps all others waiting for good. */
async function weigh({ isCollector, reason }: Failure & { kind: 'doubt' }, count: number): Promise<Failure> {
  if (!isCollector && !(await isCollectorThere())) return later(reason)
  if (count > 1) return { kind: 'split' }
  const delivery = await read('delivery')
  const doubts = (delivery.doubts ?? 0) + 1
  if (doubts === MAX_DOUBTS) return { kind: 'reject', reason }
  await write('delivery', { ...delivery, doubts })
  return later(reason)
}

async function settleAccepted(entries: readonly LogEntry[], answer: Accepted): Promise<void> {
  const refused = refusals(answer)
  const isRefused = (entry: LogEntry) => refused.has(entries.indexOf(entry))
  await setState(ordersOf(entries.filter((entry) => !isRefused(entry))), 'accepted')
  const reasons = new Map(entries.map((entry, index) => [entry.order, refused.get(index)]))
  await setState(ordersOf(entries.filter(isRefused)), 'rejected', ({ order }) => reasons.get(order))
}

/** Sends one batch and settles it. Gives whether the next may go at once. */
async function deliverBatch(entries: readonly LogEntry[]): Promise<boolean> {
  const answer = await post(JSON.stringify(batchOf(entries, browser.runtime.getManifest().version)))
  if (!('kind' in answer)) {
    await settleAccepted(entries, answer)
    await write('delivery', untroubled)
    return true
  }
  const failure = answer.kind === 'doubt' ? await weigh(answer, entries.length) : answer
  if (failure.kind === 'split' && entries.length > 1) {
    const half = Math.ceil(entries.length / 2)
    return (await deliverBatch(entries.slice(0, half))) && (await deliverBatch(entries.slice(half)))
  }
  if (failure.kind !== 'retry') {
    const reason =
      failure.kind === 'reject' ? failure.reason : { code: 'too_large', message: 'The event alone is larger than a batch may be.' }
    await setState(ordersOf(entries), 'rejected', () => reason)
    await write('delivery', untroubled)
    return true
  }
  await setState(ordersOf(entries), 'queued')
  const delivery = await read('delivery')
  const failures = delivery.failures + 1
  const delay = backoff(failures, failure.retryAfter)
  await write('delivery', { ...delivery, failures, retryAt: Date.now() + delay, problem: failure.problem })
  wakeIn(delay)
  return false
}

/** A timer for the near future, and an alarm that also wakes a worker which the browser has ended. */
function wakeIn(delay: number): void {
  clearTimeout(timer)
  timer = setTimeout(() => void deliver(), delay)
  void browser.alarms.create(ALARM, { when: Date.now() + Math.max(LATER, delay) })
}

async function deliverAll(): Promise<void> {
  // Nothing else is sending: what is marked so was left by an attempt that broke off, in an earlier life of the background or in this one.
  await requeueSent()
  await trim()
  for (let entries = await takeBatch(MAX_EVENTS); entries.length > 0; entries = await takeBatch(MAX_EVENTS)) {
    if (!(await deliverBatch(entries))) return
  }
}

async function attempt(now: boolean): Promise<void> {
  if (!delivering) {
    const { retryAt } = await read('delivery')
    const pause = pauseLeft(retryAt, Date.now())
    if (pause > 0 && !now) {
      wakeIn(pause)
      return
    }
    delivering ??= deliverAll().finally(() => {
      delivering = undefined
    })
  }
  await delivering
}

/**
 * Sends what waits, unless the collector has asked for a pause. What fails in the browser itself is tried again later.
 * @param now sends in spite of a pause: the user has changed something, or wants to know
 */
export async function deliver(now = false): Promise<void> {
  await attempt(now).catch((error) => {
    console.debug(error)
    wakeIn(LATER)
  })
}

/** Takes up what an earlier life of the background left unfinished. */
export async function resume(): Promise<void> {
  browser.alarms.onAlarm.addListener(({ name }) => {
    if (name === ALARM) void deliver()
  })
  const waiting = await countWaiting().catch(() => undefined)
  if (waiting === 0) return
  void browser.alarms.create(ALARM, { when: Date.now() + LATER })
  await deliver()
}
