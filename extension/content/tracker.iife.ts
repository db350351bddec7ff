import { isFramed } from '@webwatch/events/dom/view.ts'
import { startTracker } from '@webwatch/tracker'
import { wantsPrivacy } from '@webwatch/tracker/privacy-signal.ts'
import { ask, isOrphaned, onTold } from '../adapters/runtime.ts'
import type { HelloAnswer } from '../messages.ts'
import { findPageErrors } from './errors-of-page.ts'
import { holdBack } from './held.ts'
import { backgroundTransport } from './transport.ts'

/** Pause in ms before the background is asked again whether this site is on. */
const AGAIN = 300

/** The settings of the site, asked for until the background answers. */
async function hello(): Promise<HelloAnswer> {
  while (!isOrphaned()) {
    try {
      return await ask({ kind: 'hello' })
    } catch (_unanswered) {
      await new Promise((resolve) => setTimeout(resolve, AGAIN))
    }
  }
  return null
}

/**
 * Watches from the first moment, since asking takes longer than an early click. Nothing leaves the document
 * before the background has said that the site is on, and how.
 */
async function main(): Promise<void> {
  // Later than this, or in a window that it has opened, a page might hear the two scripts find each other.
  const errors = isFramed() || opener || document.documentElement?.firstElementChild ? undefined : findPageErrors()
  const transport = holdBack(backgroundTransport(stop))
  const end = startTracker(transport, transport.settings, () => errors?.relay())
  const forgetTold = onTold((message) => (message.kind === 'stop' ? stop() : settle(message.settled)))
  let isStopped: true | undefined
  /** Once: what is told in the end may find out again that there is nobody to tell. */
  function stop() {
    if (isStopped) return
    isStopped = true
    forgetTold()
    errors?.stop()
    end()
    delete isolatedWorld.webwatch
  }
  function settle(settings: HelloAnswer) {
    if (isStopped) return
    if (!settings || (settings.respectPrivacySignals && wantsPrivacy())) stop()
    else transport.settle(settings)
  }
  settle(await hello())
}

// A document may get the script twice: by registration, and when the site is switched on. This mark is not the page's to see.
const isolatedWorld = globalThis as { webwatch?: true }
if (!isolatedWorld.webwatch) {
  isolatedWorld.webwatch = true
  void main()
}
