import type { Static, TObject } from 'typebox'

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
  /** Whether `data.target` becomes a tag of its points in InfluxDB. */
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

/**
 * Hands over the data of one event.
 * @param about the element that it tells of; an event about what may not be mentioned goes no further. Of the page as a whole when left out
 * @param at when it happened, in ms since the epoch; the present moment when left out
 */
export type Emit<Data> = (data: Data, about?: Element | null | undefined, at?: number) => void

/**
 * Watches the document for one page view. What belongs to the view it finds in events/dom/view.ts: its settings and its clock, and what ends
 * with it. What it still has to say in the end it emits when it is told that the page is left.
 */
export type Capture<Definition extends EventDefinition> = (emit: Emit<DataOf<Definition>>, type: Definition['type']) => void
