import type { PageEvent } from '@webwatch/events/envelope.ts'

/** Takes events from a page to where they are kept. What it does with site, session and visitor is its own affair. */
export interface Transport {
  /** Takes one event over. Never throws, and returns at once. */
  accept(event: PageEvent): void
  /** The page may be gone after this call: everything goes out now. */
  leave(): void
}
