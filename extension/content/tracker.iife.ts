import { defaultSettings, reportChannel, startTracker, type TrackerSettings } from '@webwatch/tracker'
import { privacySignal } from '@webwatch/tracker/privacy-signal.ts'
import { ask, isOrphaned, onStop } from '../adapters/runtime.ts'
import type { HelloAnswer } from '../messages.ts'
import { relayPageErrors } from './errors-of-page.ts'
import { backgroundTransport } from './transport.ts'

/** Pause in ms before the background is asked again whether this site is on. */
const AGAIN = 300

const isDefault = (settings: TrackerSettings) =>
  settings.idleSeconds === defaultSettings.idleSeconds &&
  settings.maskSelectors.length === 0 &&
  settings.disabled.length === 0 &&
  !settings.errorMessages &&
  settings.allowedParameters.join() === defaultSettings.allowedParameters.join()

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
  const tracking = new AbortController()
  const transport = backgroundTransport(() => tracking.abort())
  let watching = new AbortController()
  onStop(() => tracking.abort(), tracking.signal)
  tracking.signal.addEventListener('abort', () => {
    watching.abort()
    delete isolatedWorld.webwatch
  })
  const reports = reportChannel()
  // Later than this a page might hear the two scripts find each other.
  if (window.top === window && !document.documentElement?.firstElementChild) relayPageErrors(reports, tracking.signal)
  startTracker({ transport, settings: defaultSettings, reports, signal: watching.signal })
  const settings = await hello()
  const isUnwanted = settings?.respectPrivacySignals && privacySignal() !== undefined
  if (!settings || isUnwanted || tracking.signal.aborted) {
    transport.discard()
    tracking.abort()
    return
  }
  if (!isDefault(settings)) {
    watching.abort()
    transport.discard()
    watching = new AbortController()
    startTracker({ transport, settings, reports, signal: watching.signal })
  }
  transport.release()
}

// A document may get the script twice: by registration, and when the site is switched on. This mark is not the page's to see.
const isolatedWorld = globalThis as { webwatch?: true }
if (!isolatedWorld.webwatch) {
  isolatedWorld.webwatch = true
  void main()
}
