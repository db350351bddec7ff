import { afterEach, expect, it } from 'vitest'
import { until } from '../until.ts'
import { openTracked, type Tracked } from './tracked.ts'

let tracked: Tracked | undefined
afterEach(async () => {
  await tracked?.close()
  tracked = undefined
})

/** When the extension means to send again, in ms since the epoch. */
const retryAt = ({ popup }: Tracked) =>
  popup.page.evaluate(async () => ((await chrome.storage.local.get('delivery')).delivery as { retryAt: number } | undefined)?.retryAt ?? 0)

it.each(['chromium', 'firefox'] as const)(
  'the extension waits for two hours at most, and for no pause that was written down under another time of day: %s',
  async (name) => {
    const html = '<!doctype html><button id="b">Press</button>'
    tracked = await openTracked(name, 'page', new Map([['/page', { html, headers: {} }]]))
    const { page, popup, receiver, events } = tracked
    await until('the page view arrives', async () => events('pageview').length > 0)
    receiver.answer(429, { 'retry-after': '100000000' })
    await page.click('#b')
    await until('the extension is told to wait', async () => (await retryAt(tracked!)) > 0)
    expect(await retryAt(tracked)).toBeLessThanOrEqual(Date.now() + 2 * 3_600_000)
    receiver.answer(202)
    await popup.page.evaluate(() =>
      chrome.storage.local.set({ delivery: { failures: 1, retryAt: Date.now() + 1_000_000_000_000, problem: null } }),
    )
    await page.click('#b')
    await until('what waited arrives', async () => events('click').length === 2)
  },
)
