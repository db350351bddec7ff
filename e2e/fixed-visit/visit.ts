import { setTimeout as delay } from 'node:timers/promises'
import type { Page } from 'playwright-core'

const ROUNDS = 20
const MOVES = 100

/** The mouse's way through the viewport: smooth, with bends, the same each time. */
function placeAt(step: number): [x: number, y: number] {
  const turn = (step / (ROUNDS * MOVES)) * 2 * Math.PI
  return [640 + 500 * Math.sin(turn * 7), 400 + 300 * Math.sin(turn * 11)]
}

/** A press of the main button. A finger takes longer than a frame of the browser's to let go of it. */
async function press(page: Page): Promise<void> {
  await page.mouse.down()
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 20))))
  await page.mouse.up()
}

/** What a round ends with, besides clicks and scrolls. */
async function extra(page: Page, round: number): Promise<void> {
  if (round === 2) await page.locator('#name').pressSequentially('Ada Lovelace')
  if (round === 3) await page.locator('#mail').pressSequentially('ada@mail.example')
  if (round === 4) await page.locator('#note').pressSequentially('Two cups of green tea, please.')
  if (round === 5) {
    // Nobody presses in the very frame in which the mouse arrives, nor is this a part of the clicks before.
    await page.hover('#send')
    await delay(600)
    await press(page)
  }
  if (round === 7) await page.evaluate(() => document.querySelector<HTMLVideoElement>('#video')!.play())
  if (round === 12) await page.evaluate(() => Object.assign(document.querySelector<HTMLVideoElement>('#video')!, { currentTime: 3.5 }))
  if (round === 6 || round === 11 || round === 16)
    await page.evaluate((id) => document.getElementById(id)!.click(), `nav-${(round - 1) / 5}`)
}

/**
 * The fixed visit: 2,000 moves of the mouse, 60 clicks, 60 scrolls, typing, a form, a video, and three navigations inside the page.
 * Input comes from the browser, so that its events are what they are for visitors.
 */
export async function makeVisit(page: Page): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) {
    for (let move = 0; move < MOVES; move++) await page.mouse.move(...placeAt(round * MOVES + move))
    for (let presses = 0; presses < 3; presses++) await press(page)
    for (let turn = 0; turn < 3; turn++) await page.mouse.wheel(0, round < 10 ? 120 : -120)
    await delay(200)
    await extra(page, round)
  }
}
