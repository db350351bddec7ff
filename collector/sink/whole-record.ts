import { eventTypes } from '@webwatch/events'
import type { EventRecord } from '../record.ts'
import { type FieldKind, fieldsOf } from './line-protocol.ts'

const texts = ['id', 'site', 'url', 'page', 'session', 'visitor', 'route', 'source', 'device', 'browser', 'os', 'country'] as const
const integers = ['time', 'seq', 'receivedAt'] as const

/** Kinds that are written without quotes, so that what is of another kind could say anything. */
const isOfKind: Partial<Record<FieldKind, (value: unknown) => boolean>> = {
  integer: Number.isSafeInteger,
  number: Number.isFinite,
  boolean: (value) => typeof value === 'boolean',
}

/** By type, the properties of its data that are written without quotes. */
const bare = new Map<string, { name: string; isRight(value: unknown): boolean }[]>(
  eventTypes.map((definition) => [
    definition.type,
    fieldsOf(definition).flatMap(({ name, kind }) => {
      const isRight = isOfKind[kind]
      return isRight ? [{ name, isRight }] : []
    }),
  ]),
)

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * Whether what a topic holds is an event with all that its line is made of. Ingest puts in nothing else, but others may write there too, and a record
 * that cannot become a line, or becomes two, must keep nobody from storing those around it.
 */
export function isWholeRecord(value: unknown): value is EventRecord {
  if (!isObject(value)) return false
  const { type, data, skew, overflow } = value
  const fields = bare.get(type as string)
  return (
    fields !== undefined &&
    texts.every((name) => typeof value[name] === 'string') &&
    integers.every((name) => Number.isSafeInteger(value[name])) &&
    (skew === undefined || Number.isSafeInteger(skew)) &&
    (overflow === undefined || Array.isArray(overflow)) &&
    isObject(data) &&
    fields.every(({ name, isRight }) => data[name] === undefined || data[name] === null || isRight(data[name]))
  )
}
