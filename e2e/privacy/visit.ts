import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Page } from '../browsers/index.ts'
import { until } from '../until.ts'
import { IDLE_SECONDS } from '../visit.ts'
import { canaries as c } from './canaries.ts'
import { START } from './pages.ts'

const FIELDS = ['text', 'password', 'email', 'telephone', 'card', 'code', 'search', 'textarea', 'editable'] as const

/** Chooses a file whose name and text are a canary. */
async function chooseFile(page: Page): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'webwatch-secret-'))
  const path = join(directory, c.file)
  await writeFile(path, c.file)
  await page.upload('#file', path)
  await rm(directory, { recursive: true })
}

/** Clicks in a frame of the page's own origin. */
async function clickInFrame(page: Page, frame: string, selector: string): Promise<void> {
  const { x, y } = await page.evaluate(
    (at: { frame: string; selector: string }) => {
      const element = document.querySelector<HTMLIFrameElement>(at.frame)!
      element.scrollIntoView({ block: 'center', behavior: 'instant' })
      const [outer, inner] = [element, element.contentDocument!.querySelector(at.selector)!].map((one) => one.getBoundingClientRect())
      return {
        x: outer!.x + element.clientLeft + inner!.x + inner!.width / 2,
        y: outer!.y + element.clientTop + inner!.y + inner!.height / 2,
      }
    },
    { frame, selector },
  )
  await page.clickAt(x, y)
}

/** All that is in the fields of the page, its frames and its shadow roots, as JSON. */
function inFields(page: Page): Promise<string> {
  return page.evaluate(() => {
    const frames = [...document.querySelectorAll('iframe')].map(({ contentDocument }) => contentDocument!)
    const roots = [document, document.getElementById('host')!.shadowRoot!, ...frames]
    const fields = roots.flatMap((root) => [...root.querySelectorAll<HTMLInputElement>('input, select, textarea')])
    return JSON.stringify([...fields.map(({ value }) => value), document.getElementById('editable')!.textContent])
  })
}

/** Plays a video and a sound, both twice as fast, to their ends. */
async function playAll(page: Page): Promise<void> {
  await page.evaluate(() => {
    for (const player of document.querySelectorAll<HTMLMediaElement>('video, audio')) {
      player.playbackRate = 2
      void player.play()
    }
  })
  await until('all has been played', () =>
    page.evaluate(() => [...document.querySelectorAll<HTMLMediaElement>('video, audio')].every(({ ended }) => ended)),
  )
}

/**
 * Puts a canary into every field, uses all that has one in its name or address, and does one thing for every event type.
 * @param page of a site whose visitors are idle after `IDLE_SECONDS`
 * @returns what was in the fields when all of them were filled
 */
export async function visitWithSecrets(page: Page, origin: string): Promise<string> {
  await page.goto(origin + START)
  await page.click('#go')
  await page.waitFor('#done')
  await delay(500)
  for (const name of FIELDS) await page.type(`#${name}`, c[name])
  await page.focus('#select')
  await page.press('ArrowDown')
  await chooseFile(page)
  await page.type('#host >>> #shadow-field', c.shadow)
  await page.press('Enter')
  for (const [frame, canary] of [
    ['#frame', c.frame],
    ['#srcdoc', c.srcdoc],
  ] as const) {
    await clickInFrame(page, frame, '#inner')
    await page.typeHere(canary)
    await clickInFrame(page, frame, '#inner-button')
  }
  await page.type('.secret-name', 'x')
  await page.click('#pay')
  await page.type('.draft-field', c.draft)
  await page.click('.ignored')
  await page.type('.ignored-field', c.ignored)
  const filled = await inFields(page)
  // Nothing comes of it, however often: a rage click, and after two seconds dead ones.
  await page.click('.secret-id', 4)
  await page.hover('#words')
  await delay(2_200)
  await page.click('#words')
  await page.evaluate(() => {
    getSelection()!.selectAllChildren(document.getElementById('copied')!)
    document.execCommand('copy')
  })
  await page.evaluate(() => document.getElementById('image')!.scrollIntoView({ block: 'center' }))
  await playAll(page)
  for (const id of ['download', 'outbound', 'throw']) await page.click(`#${id}`)
  await page.click('.planted')
  await page.evaluate(() => window.webwatch!.track('tea_time', { cups: 2 }))
  await delay(IDLE_SECONDS * 1_000 + 500)
  // The view ends here, with a form that was begun and not sent.
  await page.click('#push')
  await delay(1_200)
  await page.moveMouse(300, 300)
  await page.wheel(2_000)
  await delay(600)
  await page.click('#done')
  return filled
}
