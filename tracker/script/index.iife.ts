import { startTracker } from '../tracker.ts'
import { consentGate } from './consent.ts'
import { hasPrivacySignal, readOptions } from './options.ts'
import { collectorTransport } from './transport.ts'

declare const WEBWATCH_VERSION: string

/** What a page can ask of the tracker. */
export interface WebWatch {
  /** The visitor's answer where the tag says `data-consent="required"`. */
  consent(agreed: boolean): void
  /** Ends tracking on this page: no listener is left. */
  stop(): void
}

function start(script: HTMLScriptElement): WebWatch | undefined {
  const options = readOptions(script)
  if (options.respectPrivacySignals && hasPrivacySignal()) return undefined
  const controller = new AbortController()
  const gate = consentGate(() => collectorTransport(options, WEBWATCH_VERSION))
  if (!options.needsConsent) gate.answer(true)
  startTracker({ transport: gate, settings: options.settings, signal: controller.signal })
  return { consent: gate.answer, stop: () => controller.abort() }
}

const page = window as { webwatch?: WebWatch }
// A page that includes the script twice is watched once.
if (!page.webwatch) {
  const script = document.currentScript
  const started = script instanceof HTMLScriptElement ? start(script) : undefined
  if (started) page.webwatch = started
}
