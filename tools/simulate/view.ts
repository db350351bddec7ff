import type { Visitor } from './audience.ts'
import type { Random } from './random.ts'
import type { Page } from './shop.ts'

/** Something that happens on a page, before it has an id and a number. Time in ms since the epoch. */
export interface Happening {
  type: string
  time: number
  data: Record<string, unknown>
}

/** One view of a page while it is being made up. */
export interface View {
  random: Random
  visitor: Visitor
  page: Page
  /** Origin of the site. */
  origin: string
  /** When it begins, in ms since the epoch. */
  start: number
  /** How long it engages its visitor, in seconds. */
  engaged: number
  /** Notes what happens so many seconds into the view. */
  happens(type: string, after: number, data: Record<string, unknown>): void
}
