import { eventTypes } from '@webwatch/events'
import { pointTime } from '@webwatch/events/point-time.ts'
import type { Refusal } from '../sink/sink.ts'
import type { Stage } from './receipt.ts'

const measurements = new Map<string, string>(eventTypes.map(({ type, measurement }) => [type, measurement]))

/** What must be known of a record to tell who asked that it is stored. */
export interface Asked {
  /** Its place among the records that were handed to the store. */
  index: number
  id: string
  type: string
  time: number
}

/** Tells of records that they are stored, or that they are not and why. */
export function stagesOfStored(asked: readonly Asked[], refused: readonly Refusal[]): Stage[] {
  const at = Date.now()
  const codes = new Map(refused.map(({ index, code }) => [index, code]))
  return asked.map(({ index, id, type, time }): Stage => {
    const code = codes.get(index)
    if (code !== undefined) return { id, stage: 'dead-letter', at, code }
    return { id, stage: 'stored', at, measurement: measurements.get(type) ?? type, time: pointTime(time, id) }
  })
}
