import { diceOf } from '@webwatch/collector/faults/dice.ts'
import { tcpProxy } from '@webwatch/collector/faults/tcp-proxy.ts'
import { afterEach, expect, it } from 'vitest'
import { launchChromium } from './browsers/index.ts'
import { collectorProcess } from './collector-process.ts'
import { buildExtension } from './extension-build.ts'
import { freePort } from './free-port.ts'
import { openPopup } from './popup.ts'
import { standBefore } from './stand-before.ts'
import { until } from './until.ts'

const cleanUp: (() => unknown)[] = []
afterEach(async () => {
  for (const end of cleanUp.splice(0).reverse()) await end()
})

async function startCollector() {
  const collector = await collectorProcess(await freePort())
  cleanUp.push(collector.dispose)
  await collector.start()
  return collector
}

/** A visitor with the extension at the collector's own shop, which is switched on. Its events go to another address. */
async function visit(shop: string, destination: string) {
  const browser = await launchChromium({ extension: await buildExtension('chromium', destination) })
  cleanUp.push(browser.close)
  const page = await browser.newPage()
  const url = `${shop}/demo/everything.html`
  await page.goto(url)
  const popup = await openPopup(browser, url)
  await popup.switchSite(true)
  await page.bringToFront()
  await page.goto(url)
  // Without pauses between attempts; it is done when the attempt is over.
  const deliver = () => popup.page.evaluate(() => chrome.runtime.sendMessage({ kind: 'deliver' }))
  return { press: () => page.click('#button-plain'), deliver, popup }
}

/** Whole bodies in which a byte was another one, before the network is mended. */
const DAMAGED = 5

it('events whose bytes are changed on their way are sent again: none is given up', async () => {
  const collector = await startCollector()
  const seed = Date.now() % 2 ** 31
  console.info(`seed ${seed}`)
  const proxy = await tcpProxy(Number(new URL(collector.url).port), diceOf(seed))
  cleanUp.push(proxy.close)
  const { press, deliver } = await visit(collector.url, `http://127.0.0.1:${proxy.port}`)
  const damaged = async () => {
    const metrics = await (await fetch(`${collector.url}/metrics`)).text()
    return Number(/webwatch_http_refused_total\{code="not_json"\} (\d+)/.exec(metrics)?.[1] ?? 0)
  }
  let pressed = 0
  await until(
    'bodies came damaged',
    async () => {
      // Each time the next piece is met, whichever it is: a head, a body or an answer.
      proxy.harm({ kind: 'corrupt' })
      await press()
      pressed++
      await deliver()
      return (await damaged()) >= DAMAGED
    },
    120_000,
  )
  proxy.heal()
  const clicks = await until(
    'every click is stored',
    async () => {
      await deliver()
      const stored = (await collector.events('click')).filter(({ data }) => data.target === '#button-plain')
      return stored.length >= pressed && stored
    },
    60_000,
  )
  console.info(`${pressed} clicks, ${proxy.harmed('corrupt')} pieces changed, ${await damaged()} bodies damaged`)
  expect(new Set(clicks.map(({ id }) => id)).size).toBe(pressed)
})

it('an event that somebody on the way refuses for ever does not keep the others waiting, and is shown as rejected in the end', async () => {
  const collector = await startCollector()
  let poison: string | undefined
  const front = await standBefore(collector.url, (batch) => {
    const events = (JSON.parse(batch) as { events?: { id: string; type: string }[] }).events ?? []
    poison ??= events.find(({ type }) => type === 'click')?.id
    return events.some(({ id }) => id === poison) ? { status: 400, headers: {}, body: 'We do not like this one.' } : undefined
  })
  cleanUp.push(front.close)
  const { press, deliver, popup } = await visit(collector.url, front.url)
  for (let click = 0; click < 5; click++) await press()
  await popup.page.bringToFront()
  const rejected = await until(
    'it is rejected',
    async () => {
      await deliver()
      return (await popup.rows('click')).find(({ state }) => state === 'rejected')
    },
    60_000,
  )
  expect(rejected.id).toBe(poison)
  await until('the others are stored', async () => (await collector.events('click')).length === 4)
})
