import { setTimeout as delay } from 'node:timers/promises'
import type { Step } from '@webwatch/events/example.ts'
import type { Page } from './browsers/index.ts'

/** Does one step of an example in a page. @param origin of the page, with a slash at the end */
export async function perform(page: Page, step: Step, origin: string): Promise<void> {
  if (step.do === 'click' || step.do === 'hover' || step.do === 'focus') return page[step.do](step.on)
  if (step.do === 'type') return page.type(step.on, step.text)
  if (step.do === 'move') return page.moveMouse(step.x, step.y, step.steps)
  if (step.do === 'press') return page.press(step.key)
  if (step.do === 'wait') return void (await delay(step.ms))
  if (step.do === 'visit') return page.goto(origin + step.path)
  if (step.do === 'leave') return page.goto('about:blank')
  if (step.do === 'script') return void (await page.evaluate((code: string) => void new Function(code)(), step.code))
  if (step.do !== 'scroll') return
  await page.moveMouse(300, 300)
  await page.wheel(step.by)
}
