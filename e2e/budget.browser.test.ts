import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Chromium, launchChromium } from './browsers/index.ts'
import { measureVisit, type VisitCost } from './fixed-visit/measure.ts'
import { serveVisit } from './fixed-visit/page.ts'
import { buildTracker } from './tracker-build.ts'
import { until } from './until.ts'

/**
 * Most CPU time of the main thread that the fixed visit may cost, as a multiple of what the browser takes to enter the page's own empty listener for
 * the same events: a machine that is busy, or slow, makes both larger. 1.1 were measured; 40 ms are wanted, and docs/performance.md says what
 * stands in the way.
 */
const TO_ENTERING = 1.65
/** Most bytes that it may send. */
const BYTES = 30_000
/**
 * Other programs use the machine, and how much of the last seconds is left to be sent unzipped when the visit ends is chance: a visit that
 * costs more than its budget is made again, so many times at most.
 */
const ATTEMPTS = 3
/** Most that the heap may grow by, in bytes, while many times as many events come and go: one event takes 600 bytes. */
const GROWTH = 400_000

const isWithin = ({ total, entering, bytes }: VisitCost) => total <= TO_ENTERING * entering && bytes <= BYTES

let script: string
let browser: Chromium
beforeAll(async () => {
  script = (await buildTracker()).script
  browser = await launchChromium()
})
afterAll(() => browser.close())

const tag = '<script src="/tracker.js" data-site="bench.test" data-flush-ms="100"></script>'

it('costs the page of the fixed visit no more than its budget', async () => {
  let cost: VisitCost | undefined
  for (let attempt = 0; attempt < ATTEMPTS && !(cost && isWithin(cost)); attempt++) {
    cost = await measureVisit(browser.context, { name: 'webwatch', tag: tag.replace(/ data-flush-ms="\d+"/, ''), script })
    console.log(cost)
  }
  expect(cost!.forcedLayouts).toEqual([])
  expect(cost!.longest).toBeLessThanOrEqual(50)
  expect(cost!.requests).toBeLessThanOrEqual(15)
  expect(cost!.bytes).toBeLessThanOrEqual(BYTES)
  expect(cost!.total).toBeLessThanOrEqual(TO_ENTERING * cost!.entering)
})

/** Runs in the page: page views inside it, with events of every frequent kind in each. */
function makeViews(count: number): void {
  for (let view = 0; view < count; view++) {
    history.pushState({}, '', `/nav-${view}`)
    for (let step = 0; step < 40; step++) {
      const target = document.querySelector(`#item-${step} h2`)!
      for (const type of ['pointerover', 'pointermove', 'pointerdown'])
        target.dispatchEvent(new PointerEvent(type, { bubbles: true, composed: true, clientX: step, clientY: view }))
      for (const type of ['focusin', 'focusout', 'input', 'wheel', 'scroll', 'error'])
        target.dispatchEvent(new Event(type, { bubbles: true, composed: true }))
      window.webwatch!.track('step', { step, view })
    }
  }
}

it('takes no more memory the more events have come and gone', async () => {
  const server = await serveVisit(tag, script)
  const page = await browser.context.newPage()
  const session = await browser.context.newCDPSession(page)
  try {
    await page.goto(server.url)
    /** Bytes in use once so many views more have been made and sent. */
    const heapAfter = async (views: number) => {
      for (let made = 0; made < views; made += 10) {
        const before = server.traffic.requests
        await page.evaluate(makeViews, 10)
        await until('the events are sent', () => Promise.resolve(server.traffic.requests > before))
      }
      let requests: number
      do {
        requests = server.traffic.requests
        await delay(1_500)
      } while (server.traffic.requests > requests)
      await session.send('HeapProfiler.collectGarbage')
      return (await session.send('Runtime.getHeapUsage')).usedSize
    }
    const few = await heapAfter(20)
    const many = await heapAfter(60)
    console.log(`heap after 20 page views: ${few} bytes, after 80: ${many}`)
    expect(many - few).toBeLessThan(GROWTH)
  } finally {
    await page.close()
    server.close()
  }
})
