/** How the present page view came about. */
export interface PageView {
  readonly kind: 'load' | 'navigate' | 'back_forward' | 'restore'
  /** Where the visitor came from: the previous in-page address after a navigation inside the page. */
  readonly referrer: string
  /** Whether the document was loaded for it, rather than navigated within or restored. */
  readonly isLoad: boolean
  /** Whether the document lay in a background tab before it was shown. */
  readonly wasHidden: boolean
}

/** An error of the page's own scripts. Line and column from 1, 0 when unknown. */
export interface ErrorReport {
  readonly kind: 'uncaught' | 'unhandled'
  readonly source: string
  readonly line: number
  readonly column: number
  readonly message: string
}

/** What reaches the tracker by another way than through the document. */
export interface ReportTypes {
  custom: { readonly name: string; readonly properties?: Record<string, string | number | boolean> | undefined }
  js_error: ErrorReport
}

/** Where it is picked up. */
export interface Reports {
  /** Calls back with each report of a type until the signal aborts; what was reported earlier and nobody took comes first. */
  take<Type extends keyof ReportTypes>(type: Type, callback: (report: ReportTypes[Type]) => void, signal: AbortSignal): void
}

/** What captures are told: the settings of the site, and the page view that they watch. */
export interface CaptureConfig {
  readonly view: PageView
  readonly reports: Reports
  /** Whether this document is the tab's own or one in a frame. Frames have no page views and durations of their own. */
  readonly frame: 'top' | 'sub'
  /** Seconds without any sign of the visitor after which a page is idle. */
  readonly idleSeconds: number
  /** Query parameters that a captured address may keep; a trailing `*` stands for any ending. */
  readonly allowedParameters: readonly string[]
  /** Selectors of elements that, with all that is in them, are never mentioned. `[data-webwatch-ignore]` always is one. */
  readonly maskSelectors: readonly string[]
  /** Whether the message of an error is told, which may carry data. */
  readonly errorMessages: boolean
  /** Told of each element of which it is asked whether it may be mentioned. */
  readonly asked?: ((element: Element | null | undefined) => void) | undefined
}
