import type { ErrorReport } from '../config.ts'
import type { Capture } from '../definition.ts'
import { listen } from '../dom/listen.ts'
import { cleanUrl, maskSecrets } from '../url.ts'
import type { jsError } from './schema.ts'

/** Most errors of one page view: a page may throw with every move of the mouse. */
const MOST = 50

/** Puts an event of the window into one form. The errors of elements, such as images that do not load, have no file name. */
function reportOf({ type, filename, lineno, colno, message, reason }: ErrorEvent & PromiseRejectionEvent): ErrorReport {
  if (type === 'error') return { kind: 'uncaught', source: filename, line: lineno, column: colno, message }
  const text = String(reason?.message ?? reason)
  // The stack begins with the message, which may look like a place.
  const [, source = '', line = 0, column = 0] = /([\w-]+:[^\s()]*?):(\d+):(\d+)/.exec(String(reason?.stack).replace(text, '')) ?? []
  return { kind: 'unhandled', source, line: +line, column: +column, message: text }
}

/** Errors that nobody caught. */
export const capture: Capture<typeof jsError> = ({ emit, config, signal }) => {
  let count = 0
  const tell = ({ message, source, ...place }: ErrorReport) => {
    // Another extension's error is not the page's.
    if (source === undefined || /^[\w-]+-extension:/.test(source) || count++ >= MOST) return
    const data = { ...place, script_url: cleanUrl(source, config.allowedParameters) }
    emit(config.errorMessages ? { ...data, message: maskSecrets(message).slice(0, 512) } : data)
  }
  listen('error unhandledrejection', (event: ErrorEvent & PromiseRejectionEvent) => tell(reportOf(event)), signal)
  config.reports.take('js_error', tell, signal)
}
