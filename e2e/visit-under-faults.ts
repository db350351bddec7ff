import type { Dice } from '@webwatch/collector/faults/dice.ts'
import type { Stand, StoredPoint } from '@webwatch/collector/faults/stand.ts'
import { expect } from 'vitest'
import { launchChromium } from './browsers/index.ts'
import { buildExtension } from './extension-build.ts'
import { openPopup } from './popup.ts'
import { until } from './until.ts'

const PRESSES = 5

/** Numbers of each page view, in order. */
function numbersByPage(points: readonly StoredPoint[]): number[][] {
  const pages = new Map<string, number[]>()
  for (const { page, seq } of points) pages.set(page, [...(pages.get(page) ?? []), seq])
  return [...pages.values()].map((numbers) => numbers.sort((a, b) => a - b))
}

/** Uses the demo shop in Chromium while each part fails once, and expects every interaction in the store, once, in gapless numbers. */
export async function visitUnderFaults(stand: Stand, dice: Dice): Promise<void> {
  const browser = await launchChromium({ extension: await buildExtension('chromium', stand.url) })
  try {
    // The page itself comes past the proxy: only the way of its events is harmed.
    const url = `${stand.ingest.url}/demo/everything.html`
    const page = await browser.newPage()
    await page.goto(url)
    const popup = await openPopup(browser, url)
    await popup.switchSite(true)
    await page.bringToFront()
    await page.goto(url)
    let pressed = 0
    const press = async () => {
      for (let press = 0; press < PRESSES; press++) await page.click('#button-plain')
      pressed += PRESSES
    }
    const { ways, ingest, sink, influx } = stand
    const spoolCount = () =>
      popup.page.evaluate(() => Number(document.querySelector<HTMLElement>('[data-testid="spool-count"]')?.dataset.count ?? 0))

    await press()
    ways.ingestToKafka.harm({ kind: 'drop' })
    await press()
    await until('the popup shows what waits in the spool', async () => (await spoolCount()) >= PRESSES, 60_000)
    ways.ingestToKafka.heal()
    const troubles = dice.shuffled([
      async () => {
        await ingest.kill()
        await press()
        await ingest.restart()
      },
      async () => {
        ways.clientToIngest.harm({ kind: 'drop' })
        await press()
        ways.clientToIngest.heal()
      },
      async () => {
        ways.clientToIngest.harm({ kind: 'corrupt' })
        await press()
        await until('bytes were changed', async () => ways.clientToIngest.harmed('corrupt') > 0)
        ways.clientToIngest.heal()
      },
      async () => {
        await Promise.all([sink.kill(), influx.kill()])
        await press()
        await Promise.all([sink.restart(), influx.restart()])
      },
    ])
    for (const trouble of troubles) await trouble()
    await press()
    await popup.page.bringToFront()
    const points = await until(
      'every click is stored',
      async () => {
        const found = await stand.stored('127.0.0.1')
        // InfluxDB shows the fields of a write one after the other.
        const isWhole = found.every(({ id, page }) => id && page)
        return isWhole && found.filter(({ measurement }) => measurement === 'clicks').length >= pressed && found
      },
      120_000,
    )
    await until('nothing waits in the spool any more', async () => (await spoolCount()) === 0)
    const clicks = points.filter(({ measurement }) => measurement === 'clicks')
    console.info(`a visit in Chromium: ${pressed} clicks tried, ${clicks.length} stored, ${points.length} events in all`)
    expect(clicks).toHaveLength(pressed)
    expect(new Set(points.map(({ id }) => id)).size).toBe(points.length)
    const pages = numbersByPage(points)
    expect(pages).toEqual(pages.map((numbers) => numbers.map((_, index) => index)))
  } finally {
    await browser.close()
  }
}
