import type { Static, TObject } from 'typebox'
import type { CaptureConfig } from './config.ts'

/**
 * What WebWatch knows of one event type, as plain data: no DOM, no Node.
 * Topic, validation, measurement, popup row, dashboard panel and reference page all follow from it.
 */
export interface EventDefinition<Type extends string = string, Data extends TObject = TObject> {
  /** The name that `type` carries on the wire. It is also the folder's name. */
  readonly type: Type
  /** The InfluxDB measurement that holds its points. */
  readonly measurement: string
  /** One event, in a site owner's words: "Click". */
  readonly title: string
  /** When it is sent, once per what, and what it never contains. Goes into the reference. */
  readonly description: string
  /** The contract of `data`. Every property carries a description, with its unit. */
  readonly data: Data
  /** The property of `data` that tells in one line what the event was about; none when the page itself says it. */
  readonly subject?: keyof Static<Data> & string
  /** Whether `data.target` becomes a tag (section 7 of the design). */
  readonly targetTag?: boolean
  /** Whether its points say in the field `visit` if the visit is its visitor's first one. */
  readonly tellsVisit?: boolean
  /** Numeric properties whose mean per minute is kept as `avg_<name>`. */
  readonly averages: readonly (keyof Static<Data> & string)[]
  /** `bulk` events are the first to go when a queue is full: there are many, and one says little. */
  readonly weight: 'bulk' | 'normal'
}

/** The `data` of an event, from its definition. */
export type DataOf<Definition extends EventDefinition> = Static<Definition['data']>

/** All that a capture sees of the world around it, besides the page. */
export interface CaptureContext<Data> {
  /** Hands over one event that happened at `at` (ms since the epoch; the present moment when left out). */
  emit(data: Data, at?: number): void
  /**
   * Milliseconds since the epoch; never goes backwards within a page view, and does not follow a clock that is set.
   * @param timeStamp the moment asked for, on the document's own clock, as events have it; the present one when left out
   */
  now(timeStamp?: number): number
  readonly config: CaptureConfig
  /**
   * Aborted when the page view ends (navigation inside the page, restore from the cache) or tracking stops.
   * A capture gives it to every listener. What it still has to say it emits in its `abort` listener:
   * events emitted there belong to the page view that ends.
   */
  readonly signal: AbortSignal
}

/** What the captures of all types have in common: helpers take it as their last argument. */
export type AnyContext = Pick<CaptureContext<never>, 'now' | 'config' | 'signal'>

/** Watches the document for one page view, until its signal aborts. */
export type Capture<Definition extends EventDefinition> = (context: CaptureContext<DataOf<Definition>>) => void
