/** How the present page view came about. */
export interface PageView {
  readonly kind: 'load' | 'navigate' | 'back_forward' | 'restore'
  /** Where the visitor came from: the previous in-page address after a navigation inside the page. */
  readonly referrer: string
}

/** What captures are told: the settings of the site, and the page view that they watch. */
export interface CaptureConfig {
  readonly view: PageView
  /** Whether this document is the tab's own or one in a frame. Frames have no page views and durations of their own. */
  readonly frame: 'top' | 'sub'
  /** Seconds without any sign of the visitor after which a page is idle. */
  readonly idleSeconds: number
  /** Query parameters that a captured address may keep; a trailing `*` stands for any ending. */
  readonly allowedParameters: readonly string[]
  /** Selectors of elements that, with all that is in them, are never mentioned. `[data-webwatch-ignore]` always is one. */
  readonly maskSelectors: readonly string[]
}
