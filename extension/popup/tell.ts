import { browser } from '../adapters/browser.ts'
import type { FromExtension } from '../messages.ts'

/** Asks the background for something, and resolves when it is done. */
export async function tell(message: FromExtension): Promise<void> {
  await browser.runtime.sendMessage(message)
}
