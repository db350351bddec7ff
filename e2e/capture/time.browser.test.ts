import { setTimeout as delay } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { until } from '../until.ts'
import { inBothBrowsers, type Visit } from './visitor.ts'

/** A clock that the test moves on, timers that run thirty times as fast, and a page that can be hidden. */
const CLOCK = `<script>
  const elapsed = performance.now.bind(performance)
  let skipped = 0
  performance.now = () => elapsed() + skipped
  const { get: timeStamp } = Object.getOwnPropertyDescriptor(Event.prototype, 'timeStamp')
  const stamps = new WeakMap()
  const stamp = (event) => stamps.has(event) || stamps.set(event, timeStamp.call(event) + skipped)
  for (const type of ['pointermove', 'pointerover', 'mouseleave']) window.addEventListener(type, stamp, true)
  Object.defineProperty(Event.prototype, 'timeStamp', { get() { stamp(this); return stamps.get(this) } })
  window.skip = (ms) => { skipped += ms }
  const every = setInterval.bind(window)
  window.setInterval = (callback, ms) => { window.longest = Math.max(window.longest ?? 0, ms); return every(callback, ms / 30) }
  let state = 'visible'
  Object.defineProperty(Document.prototype, 'visibilityState', { get: () => state })
  Document.prototype.hasFocus = () => state === 'visible'
  window.turn = (to) => { state = to; document.dispatchEvent(new Event('visibilitychange')) }
</script>`

const run = ({ page }: Visit, code: string) => page.evaluate((source: string) => void new Function(source)(), code)
const lastDuration = (visit: Visit) => visit.events('duration').at(-1)?.data as { duration: number; elapsed: number }

inBothBrowsers((visit) => {
  it('grows in one view, told at least every 10 seconds', async () => {
    const here = await visit('<button id="b">Here</button>', { head: CLOCK })
    for (let step = 0; step < 3; step++) {
      await here.page.click('#b')
      await run(here, 'skip(8_000)')
      // Not just another report: one from before may still be on its way.
      await until('the time is told', async () => lastDuration(here)?.duration > 8 * (step + 1))
    }
    const told = here.events('duration').map(({ data }) => data as { duration: number; elapsed: number })
    expect(told.map(({ duration }) => duration)).toEqual(told.map(({ duration }) => duration).sort((a, b) => a - b))
    expect(told.length).toBeGreaterThanOrEqual(3)
    for (const { duration, elapsed } of told) expect(duration).toBeLessThanOrEqual(elapsed)
    expect(new Set(here.events('duration').map(({ page }) => page)).size).toBe(1)
    expect(await here.page.evaluate(() => (window as unknown as { longest: number }).longest)).toBeLessThanOrEqual(10_000)
  })

  it('counts neither sleep, nor absence, nor a clock that is set', async () => {
    const here = await visit('<button id="b">Here</button>', { head: CLOCK })
    await here.page.click('#b')
    await run(here, 'skip(3_600_000)')
    await delay(600)
    await run(here, "Date.now = () => 1; turn('hidden'); skip(10_000); turn('visible')")
    await here.page.click('#b')
    await delay(300)
    await run(here, "turn('hidden')")
    await until('the time is told', async () => (lastDuration(here)?.elapsed ?? 0) > 3_610)
    await delay(300)
    expect(lastDuration(here).duration).toBeLessThan(10)
    const times = here.events('click').map(({ time }) => time)
    expect(times[1]! - times[0]!).toBeGreaterThan(3_600_000)
  })

  it('has the time of day after a sleep in which the clock of the document stood still, and a visit of its own', async () => {
    const here = await visit('<button id="b">Here</button>', {
      head: '<script>const day = Date.now; let slept = 0; Date.now = () => day() + slept; window.sleep = (ms) => { slept += ms }</script>',
    })
    const from = Date.now()
    await here.page.click('#b')
    await run(here, 'sleep(30_000)')
    await here.page.click('#b')
    await run(here, 'sleep(8 * 3_600_000)')
    await here.page.click('#b')
    await run(here, 'sleep(-3_600_000)')
    await here.page.click('#b')
    await here.expect('click', [{}, {}, {}, {}])
    const [first, second, third, last] = here.events('click')
    expect(second!.time - from).toBeLessThan(20_000)
    for (const { time } of [third!, last!]) expect((time - from) / 3_600_000).toBeCloseTo(8, 1)
    expect(second!.session).toBe(first!.session)
    expect(third!.session).not.toBe(first!.session)
    expect(third!.page).toBe(first!.page)
    await run(here, "history.pushState(null, '', '/next')")
    await until('the time is told', async () => here.events('duration').some(({ page }) => page === first!.page))
    const { elapsed } = here.events('duration').find(({ page }) => page === first!.page)!.data as { elapsed: number }
    expect(elapsed).toBeLessThan(60)
  })

  it('ends when the visitor is idle', async () => {
    const here = await visit('<button id="b">Here</button>', { head: CLOCK, attributes: 'data-idle-seconds="20"' })
    await here.page.click('#b')
    for (let step = 0; step < 5; step++) {
      await run(here, 'skip(10_000)')
      await delay(600)
    }
    await run(here, "turn('hidden')")
    await until('the time is told', async () => (lastDuration(here)?.duration ?? 0) > 19)
    expect(lastDuration(here).duration).toBeLessThan(22)
    expect(lastDuration(here).duration).toBeGreaterThan(19)
  })

  it('is one idle time per stretch, with its true length, whatever the page does by itself meanwhile', async () => {
    const here = await visit('<input id="field"><div style="height: 3000px"></div>', { attributes: 'data-idle-seconds="1"' })
    await here.page.click('#field')
    await run(
      here,
      "setTimeout(() => { scrollTo(0, 200); document.getElementById('field').blur(); document.getElementById('field').focus() }, 800)",
    )
    await delay(1_900)
    await here.page.press('a')
    const stretches = () => here.events('idle_time').filter(({ time }) => time > here.events('click')[0]!.time)
    await until('the stretch is told', async () => stretches().length > 0)
    await delay(300)
    expect(stretches()).toHaveLength(1)
    const { duration } = stretches()[0]!.data as { duration: number }
    expect(duration).toBeGreaterThan(1.8)
    expect(duration).toBeLessThan(6)
  })

  it('tells a stretch that the visitor ends by leaving, and none for the time away', async () => {
    const here = await visit('<button id="b">Here</button>', { head: CLOCK, attributes: 'data-idle-seconds="30"' })
    await run(here, "skip(40_000); turn('hidden'); skip(90_000); turn('visible')")
    await here.page.click('#b')
    await here.expect('idle_time', [{ duration: expect.any(Number) }])
    expect((here.events('idle_time')[0]!.data as { duration: number }).duration).toBeCloseTo(40, -1)
  })
})
