import type { ErrorReport } from '../config.ts'
import type { Capture } from '../definition.ts'
import { cleanAddress } from '../dom/address.ts'
import { listen } from '../dom/listen.ts'
import { on, settings } from '../dom/view.ts'
import { maskSecrets } from '../url.ts'
import type { jsError } from './schema.ts'

/** Most errors of one page view: a page may throw with every move of the mouse. */
const MOST = 50

/** Errors that nobody caught. */
export const capture: Capture<typeof jsError> = (emit) => {
  let count = 0
  const tell = (kind: ErrorReport[0], source: string | undefined, line: number, column: number, message: string) => {
    // Those of elements, such as images that do not load, have no source. Another extension's error is not the page's; that a ResizeObserver is
    // told later is nobody's.
    if (source === undefined || /^[\w-]+-extension:|ResizeObserver loop/.test(source + message) || count++ >= MOST) return
    const told = settings.errorMessages && { message: maskSecrets(message).slice(0, 512) }
    emit({ kind, script_url: cleanAddress(source), line, column, ...told })
  }
  listen<ErrorEvent>('error', ({ filename, lineno, colno, message }) => tell('uncaught', filename, lineno, colno, message))
  listen<PromiseRejectionEvent>('unhandledrejection', ({ reason }) => {
    const text = String(reason?.message ?? reason)
    // The stack begins with the message, which may look like a place.
    const [, source = '', line = 0, column = 0] = /([\w-]+:[^\s()]*?):(\d+):(\d+)/.exec(String(reason?.stack).replace(text, '')) ?? []
    tell('unhandled', source, +line, +column, text)
  })
  on('js_error', tell)
}
