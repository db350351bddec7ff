import { setTimeout as delay } from 'node:timers/promises'
import { it } from 'vitest'
import { launchChromium, launchFirefox } from '../browsers/index.ts'
import { startReceiver } from '../receiver.ts'
import { buildTracker } from '../tracker-build.ts'

/** Just before the second of two reports that are 15 seconds apart would leave the page: 5 seconds after it was told. In ms. */
const KILLED_AFTER = 34_000
/** Most that may be lost, in seconds, and what a busy machine may be late. */
const LOST = 15
const LATE = 1.5

// Both at the same time: each waits for half a minute.
it.concurrent.for([
  ['Chromium', launchChromium],
  ['Firefox', launchFirefox],
] as const)('a tab that is killed loses 15 seconds of its engaged time at most: %s', async ([, launch], { expect, onTestFinished }) => {
  const receiver = await startReceiver((await buildTracker()).script)
  onTestFinished(receiver.close)
  receiver.servePage('<!doctype html><script src="/tracker.js" data-site="killed.test"></script><p>Reading</p>')
  const browser = await launch()
  onTestFinished(browser.close)
  const page = await browser.newPage()
  await page.goto(receiver.url)
  await delay(KILLED_AFTER)
  const viewed = await page.evaluate(() => performance.now() / 1_000)
  await browser.kill(page)
  await delay(500)
  const told = receiver.events.filter(({ type }) => type === 'duration').map(({ data }) => data.duration as number)
  expect(Math.max(...told)).toBeGreaterThan(viewed - LOST - LATE)
})
