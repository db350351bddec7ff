/** How the present page view came about. */
export interface PageView {
  readonly kind: 'load' | 'navigate' | 'back_forward' | 'restore'
  /** Where the visitor came from: the previous in-page address after a navigation inside the page. */
  readonly referrer: string
  /** Whether the document was loaded for it, rather than navigated within or restored. */
  readonly isLoad?: boolean
  /** Whether the document lay in a background tab before it was shown. */
  readonly wasHidden?: boolean
  /** When a page came back from the back-forward cache, on the document's own clock. */
  readonly cameAt?: number | undefined
}

/** An error of the page's own scripts, with its whole address and message. Line and column from 1, 0 when unknown. */
export type ErrorReport = [kind: 'uncaught' | 'unhandled', source: string, line: number, column: number, message: string]

/** What reaches the tracker by another way than through the document, and what is told of it. */
export interface ReportTypes {
  custom: [custom: { readonly name: string; readonly properties?: Record<string, string | number | boolean> | undefined }]
  js_error: ErrorReport
}

/** What a site settles for the captures. */
export interface CaptureSettings {
  /** Seconds without any sign of the visitor after which a page is idle. */
  readonly idleSeconds: number
  /** Query parameters that a captured address may keep; a trailing `*` stands for any ending. */
  readonly allowedParameters: readonly string[]
  /** Selectors of elements that, with all that is in them, are never mentioned. `[data-webwatch-ignore]` always is one. */
  readonly maskSelectors: readonly string[]
  /** Whether the message of an error is told, which may carry data. */
  readonly errorMessages: boolean
}
