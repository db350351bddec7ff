import { afterEach, expect, it } from 'vitest'
import type { Chromium, Page } from './browsers/index.ts'
import { type Shop, visitShop } from './shop.ts'
import { until } from './until.ts'

let shop: Shop<Chromium> | undefined
afterEach(async () => {
  await shop?.close()
  shop = undefined
})

const CLICKS = 100
const MOVES = 50_000
const SETTLED = 52_000
const KEPT = 50_000

/** Puts clicks, and after them mouse moves, into the log, in these states by turns: into the queue, as if the collector had been away for long. */
async function fillLog(page: Page, clicks: number, moves: number, states = ['queued']): Promise<void> {
  await page.evaluate(
    async ({ clicks, moves, states }: { clicks: number; moves: number; states: string[] }) => {
      const open = indexedDB.open('webwatch')
      await new Promise((resolve) => {
        open.onsuccess = resolve
      })
      const transaction = open.result.transaction('events', 'readwrite')
      for (let index = 0; index < clicks + moves; index++) {
        const type = index < clicks ? 'click' : 'mousemove'
        const state = states[index % states.length]
        const id = `00000000-0000-7000-8000-${String(index).padStart(12, '0')}`
        const event = {
          id,
          type,
          time: index,
          seq: index,
          site: 'full.test',
          url: 'http://full.test/',
          page: 'p',
          session: 's',
          visitor: 'v',
          data: type === 'click' ? { x: 1, y: 1, page_x: 1, page_y: 1, rel_x: 0, rel_y: 0, target: '#b' } : {},
        }
        const weight = type === 'click' ? 'normal' : 'bulk'
        transaction.objectStore('events').add({ id, site: 'full.test', tab: 1, state, weight, updatedAt: 0, event, context: {} })
      }
      await new Promise((resolve) => {
        transaction.oncomplete = resolve
      })
      open.result.close()
    },
    { clicks, moves, states },
  )
}

/** How many events of each type and state the log has for the full site, the numbers of all, and those of the dropped ones. */
function census(page: Page) {
  return page.evaluate(async () => {
    const open = indexedDB.open('webwatch')
    await new Promise((resolve) => {
      open.onsuccess = resolve
    })
    const all = open.result
      .transaction('events')
      .objectStore('events')
      .index('site')
      .getAll(IDBKeyRange.bound(['full.test', 0], ['full.test', Infinity]))
    await new Promise((resolve) => {
      all.onsuccess = resolve
    })
    open.result.close()
    const counts: Record<string, number> = {}
    const dropped: number[] = []
    for (const { event, state, reason } of all.result) {
      const name = `${event.type} ${state}${reason ? ` ${reason.code}` : ''}`
      counts[name] = (counts[name] ?? 0) + 1
      if (state === 'dropped') dropped.push(event.seq)
    }
    return { counts, dropped, numbers: all.result.map(({ event }) => event.seq as number) }
  })
}

it('drops the oldest mouse moves first when its queue is full, and says so', async () => {
  shop = await visitShop('chromium')
  await shop.collector.stop()
  const { page } = shop.popup
  await fillLog(page, CLICKS, MOVES)
  await page.evaluate(() => chrome.runtime.sendMessage({ kind: 'deliver' }))
  const { counts, dropped } = await until('events were dropped', async () => {
    const found = await census(page)
    return found.dropped.length >= CLICKS && found
  })
  expect(counts['click dropped queue_full'] ?? 0).toBe(0)
  expect(dropped.length).toBeLessThan(CLICKS + 100)
  expect(dropped.sort((a, b) => a - b)).toEqual(dropped.map((_, index) => CLICKS + index))
  expect(counts['mousemove dropped queue_full']).toBe(dropped.length)
  // The popup is of another site.
  await until('the popup says how many wait, and that not all are kept', () =>
    page.evaluate(() => {
      const { count } = document.querySelector<HTMLElement>('[data-testid="waiting-count"]')!.dataset
      return Number(count) >= 50_000 && document.querySelector('[role="status"]')!.textContent?.includes('The queue is full')
    }),
  )
})

it('forgets the oldest of what is settled, whatever became of it, and keeps 50,000', async () => {
  shop = await visitShop('chromium')
  await shop.collector.stop()
  const { page } = shop.popup
  await fillLog(page, SETTLED, 0, ['accepted', 'rejected', 'dropped', 'accepted'])
  await page.evaluate(() => chrome.runtime.sendMessage({ kind: 'deliver' }))
  const { numbers } = await until('events were forgotten', async () => {
    const found = await census(page)
    return found.numbers.length <= KEPT && found
  })
  // The visit itself has a few that are younger.
  expect(numbers.length).toBeGreaterThan(KEPT - 100)
  expect(numbers).toEqual(numbers.map((_, index) => SETTLED - numbers.length + index))
})

it('sends on what waits behind events of a site that the key is not for, and says why those were refused', async () => {
  shop = await visitShop('chromium', { WRITE_KEYS: '127.0.0.1:key-of-the-shop' })
  const { collector, page, popup } = shop
  await popup.page.evaluate(async (url: string) => {
    await chrome.storage.local.set({ collector: { url, key: 'key-of-the-shop' } })
  }, collector.url)
  // What one site has waiting goes together: a click would overtake the others beside an event that was there before them.
  await until('what the visit has done so far arrives', async () => (await collector.events('pageview')).length > 0)
  await fillLog(popup.page, CLICKS, 0)
  await page.click('#button-plain')
  await until('what waits behind them arrives', async () => (await collector.events('click')).length > 0)
  const { counts } = await until('no other is on its way', async () => {
    const found = await census(popup.page)
    return !found.counts['click queued'] && !found.counts['click sent'] && found
  })
  expect(counts).toEqual({ 'click rejected wrong_site': CLICKS })
})

it('does not go on to say that the collector is out of reach when it refuses what waits', async () => {
  shop = await visitShop('chromium', { WRITE_KEYS: '127.0.0.1:key-of-the-shop' })
  const { collector, popup } = shop
  // Nothing else is to be accepted meanwhile.
  await popup.switchSite(false)
  await popup.page.evaluate(async (url: string) => {
    await chrome.runtime.sendMessage({ kind: 'forget' })
    const delivery = { failures: 3, retryAt: 0, problem: 'The collector is out of reach.' }
    await chrome.storage.local.set({ collector: { url, key: 'key-of-the-shop' }, delivery })
  }, collector.url)
  const saysSo = () => popup.page.evaluate(() => (document.body.textContent ?? '').includes('out of reach'))
  await until('the popup says so', saysSo)
  await fillLog(popup.page, CLICKS, 0)
  await popup.page.evaluate(() => chrome.runtime.sendMessage({ kind: 'deliver' }))
  await until('what waits is refused', async () => (await census(popup.page)).counts['click rejected wrong_site'] === CLICKS)
  await until('the popup does not say so any more', async () => !(await saysSo()))
})
