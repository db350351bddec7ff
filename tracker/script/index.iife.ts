import { privacySignal } from '../privacy-signal.ts'
import { reportChannel } from '../reports.ts'
import { startTracker } from '../tracker.ts'
import { consentGate } from './consent.ts'
import { readOptions } from './options.ts'
import { forgetAll } from './store.ts'
import { collectorTransport } from './transport.ts'
import type { WebWatch, WebWatchCall } from './webwatch.ts'

declare const WEBWATCH_VERSION: string

/** What a page gets where nothing is tracked: its calls do no harm. */
const nothing = () => undefined
const silent: WebWatch = { track: nothing, consent: nothing, stop: nothing }

function start(script: HTMLScriptElement): WebWatch {
  const options = readOptions(script)
  if (options.respectPrivacySignals && privacySignal()) {
    // The visitor may have changed their mind since an earlier visit.
    forgetAll()
    return silent
  }
  const controller = new AbortController()
  const gate = consentGate(() => collectorTransport(options, WEBWATCH_VERSION))
  if (!options.needsConsent) gate.answer(true)
  const reports = reportChannel()
  startTracker({ transport: gate, settings: options.settings, reports, signal: controller.signal })
  const stop = () => {
    controller.abort()
    gate.close()
  }
  const track: WebWatch['track'] = (name, properties) => reports.tell('custom', { name, properties })
  return { track, consent: gate.answer, stop }
}

/** The tag that this script came by. A module does not know; then it is the one that says for which site. */
const tag = () => (document.currentScript ?? document.querySelector('script[data-site]')) as HTMLScriptElement | null

/** What the page has put there before: the stub with the calls that it holds, or the tracker itself. */
const { webwatch: before } = window
// A page that includes the script twice is watched once. What only has the name, such as an element with that id, is neither.
if (typeof before?.track !== 'function' || before.q) {
  const script = tag()
  try {
    if (!script) throw new Error('no script tag with data-site')
    window.webwatch = start(script)
  } catch (error) {
    window.webwatch = silent
    console.error('WebWatch tracks nothing:', error)
  }
  for (const [method, ...given] of (before?.q ?? []) as WebWatchCall[]) {
    ;(window.webwatch[method] as (...given: unknown[]) => void)(...given)
  }
}
