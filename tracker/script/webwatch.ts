/** What an event of a page's own says: texts, numbers, yes or no. */
export type WebWatchProperties = Record<string, string | number | boolean>

/** What a page can ask of the tracker. */
export interface WebWatch {
  /**
   * Records an event of the page's own.
   * @param name what happened, at most 128 characters
   * @param properties at most 32; an event with one that is no text, number or boolean is not taken
   */
  track(name: string, properties?: WebWatchProperties): void
  /**
   * The visitor's answer: `true` lets events go, those too that waited for it where the tag says `data-consent="required"`;
   * anything else forgets what waits and what is stored, and tracks nothing more until `true`.
   */
  consent(agreed: boolean): void
  /** Ends tracking on this page. No listener, timer or observer is left. */
  stop(): void
  /** Calls that a page made before the tracker was there. Only the stub has it. */
  q?: WebWatchCall[]
}

/** One held call: the method, and what it was given. */
export type WebWatchCall = {
  [Method in 'track' | 'consent' | 'stop']: [method: Method, ...given: Parameters<WebWatch[Method]>]
}['track' | 'consent' | 'stop']

declare global {
  interface Window {
    /** The tracker, or its stub. Not there before either has run. */
    webwatch?: WebWatch
  }
}
