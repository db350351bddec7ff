import { setTimeout as delay } from 'node:timers/promises'
import type { BrowserContext } from 'playwright-core'
import { serveVisit } from './page.ts'
import { costOf, type ScriptCost, startTrace } from './trace.ts'
import { makeVisit } from './visit.ts'

/** A tracker under measurement. */
export interface Subject {
  name: string
  /** What the page includes it by. */
  tag: string
  script: string
}

/** What one visit with a tracker cost the page. */
export interface VisitCost extends ScriptCost {
  requests: number
  bytes: number
  /** Bytes of JavaScript heap after the visit, garbage collected. */
  heap: number
}

/** Makes the fixed visit to a page with one tracker, in a tab of its own. */
export async function measureVisit(context: BrowserContext, { tag, script }: Subject): Promise<VisitCost> {
  const server = await serveVisit(tag, script)
  const page = await context.newPage()
  const session = await context.newCDPSession(page)
  try {
    const stopTrace = await startTrace(session)
    await page.goto(server.url)
    await delay(300)
    await makeVisit(page)
    await session.send('HeapProfiler.collectGarbage')
    const { usedSize } = await session.send('Runtime.getHeapUsage')
    const entries = await stopTrace()
    await page.goto('about:blank')
    await delay(500)
    return { ...costOf(entries, (url) => url.endsWith('/tracker.js')), ...server.traffic, heap: usedSize }
  } finally {
    await page.close()
    server.close()
  }
}
