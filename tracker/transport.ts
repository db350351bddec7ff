import type { PageEvent } from '@webwatch/events/envelope.ts'

/** Takes events from a page to where they are kept. What it does with site, session and visitor is its own affair. */
export interface Transport {
  /**
   * Takes one event over. Never throws, and returns at once.
   * @param about the element that it tells of: for an event of the page as a whole the frame that it is in, if it is in one
   */
  take(event: PageEvent, about: Element | null | undefined): void
  /** The page may be gone after this call: everything goes out now. */
  leave(): void
}
