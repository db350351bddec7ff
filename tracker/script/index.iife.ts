import { wantsPrivacy } from '../privacy-signal.ts'
import { report, startTracker } from '../tracker.ts'
import { destinationOf, settingsOf } from './options.ts'
import { forgetAll } from './store.ts'
import { collectorTransport } from './transport.ts'
import type { WebWatch, WebWatchCall } from './webwatch.ts'

/** What a page gets where nothing is tracked: its calls do no harm. */
const nothing = () => undefined
const silent: WebWatch = { track: nothing, consent: nothing, stop: nothing }

function start(script: HTMLScriptElement): WebWatch {
  const { dataset } = script
  const settings = settingsOf(dataset)
  if (dataset.respectPrivacySignals !== 'false' && wantsPrivacy()) {
    // The visitor may have changed their mind since an earlier visit.
    forgetAll()
    return silent
  }
  const transport = collectorTransport(destinationOf(script))
  if (dataset.consent === undefined) transport.answer(true)
  const end = startTracker(transport, settings)
  return {
    track: (name, properties) => report('custom', { name, properties }),
    consent: transport.answer,
    stop: () => {
      end()
      transport.close()
    },
  }
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
