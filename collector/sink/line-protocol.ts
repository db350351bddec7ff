import { type AnyEventType, eventTypes } from '@webwatch/events'
import type { EventDefinition } from '@webwatch/events/definition.ts'
import { pointTime } from '@webwatch/events/point-time.ts'
import { visitOf } from '@webwatch/events/visit.ts'
import type { BoundedTag, EventRecord } from '../record.ts'

/** How a property of an event's data is written as a field: an object as its JSON. */
export type FieldKind = 'integer' | 'number' | 'boolean' | 'string' | 'object'

interface Field {
  name: string
  kind: FieldKind
}

type LineOf = (record: EventRecord) => string

/** What stands for all values of a tag that came after its site had reached the limit. */
export const OTHER = '(other)'

/** A tag cannot hold a line break, and one that ends with a backslash would swallow what follows it. */
const untaggable = /[\n\r\t\0\\]/g
/** What a text becomes as a tag, before it is escaped. */
export const taggable = (value: string): string => value.replace(untaggable, ' ').trim() || '-'
const tagSpecial = /[ ,=]/g
const needsTagEscape = /[ ,=\n\r\t\0\\]/
const stringSpecial = /["\\]/g
const needsStringEscape = /["\\]/

/** The value of a tag, escaped. */
export const tag = (value: string): string => (needsTagEscape.test(value) ? taggable(value).replace(tagSpecial, '\\$&') : value || '-')

/** A string field, quoted and escaped; line breaks are allowed in it. */
export const text = (value: string): string => (needsStringEscape.test(value) ? `"${value.replace(stringSpecial, '\\$&')}"` : `"${value}"`)

/** Kinds of the properties of an event's data, without the one that becomes a tag. */
export function fieldsOf({ data, targetTag }: EventDefinition): Field[] {
  const properties = data.properties as Record<string, { type?: string; anyOf?: { type?: string }[] }>
  return Object.entries(properties)
    .filter(([name]) => !(targetTag && name === 'target'))
    .map(([name, { type, anyOf }]) => ({ name, kind: (type ?? anyOf?.[0]?.type ?? 'string') as FieldKind }))
}

function fieldValue(kind: FieldKind, value: unknown): string {
  if (kind === 'integer') return `${value}i`
  if (kind === 'number' || kind === 'boolean') return String(value)
  return text(typeof value === 'string' ? value : JSON.stringify(value))
}

/** The value of a tag, or what stands for it. */
const bounded = (tag: BoundedTag, value: string, { overflow }: EventRecord): string => (overflow?.includes(tag) ? OTHER : value)

/** The target is a tag. What does not fit into one, for its characters or because there are too many, is kept beside it as a field. */
function targetOf(record: EventRecord): { tags: string; field: string } {
  const { target } = record.data
  if (typeof target !== 'string') return { tags: '', field: '' }
  const value = bounded('target', taggable(target), record)
  return { tags: `,target=${tag(value)}`, field: value === target ? '' : `,target_full=${text(target)}` }
}

/** A writer of lines for one event type; what does not change between its events is put together only once. */
function lineOfType(definition: AnyEventType): LineOf {
  const fields = fieldsOf(definition)
  const { measurement } = definition
  const { targetTag: hasTarget = false, tellsVisit = false } = definition as EventDefinition
  return (record) => {
    const { site, data } = record
    const target = hasTarget ? targetOf(record) : undefined
    const siteTag = bounded('site', taggable(site), record)
    const tags =
      `${measurement},browser=${tag(record.browser)},country=${tag(record.country)},data_type=raw,device=${tag(record.device)}` +
      `,site=${tag(siteTag)},source=${tag(record.source)}${target?.tags ?? ''},url=${tag(bounded('url', record.route, record))}`
    let values =
      `count=1i,id=${text(record.id)},seq=${record.seq}i,session=${text(record.session)},visitor=${text(record.visitor)}` +
      `,page=${text(record.page)},href=${text(record.url)},os=${text(record.os)},received_at=${record.receivedAt}i${target?.field ?? ''}`
    if (record.skew !== undefined) values += `,clock_skew=${record.skew}i`
    if (siteTag !== site) values += `,site_full=${text(site)}`
    for (const { name, kind } of fields) {
      const value = data[name]
      if (value !== undefined && value !== null) values += `,${name}=${fieldValue(kind, value)}`
    }
    if (tellsVisit) values += `,visit="${visitOf(record.visitor, record.session)}"`
    return `${tags} ${values} ${pointTime(record.time, record.id)}`
  }
}

const writers = new Map<string, LineOf>(eventTypes.map((definition) => [definition.type, lineOfType(definition)]))

/** Writes a record as a line: https://docs.influxdata.com/influxdb/v2/reference/syntax/line-protocol/ */
export const lineOf = (record: EventRecord): string => writers.get(record.type)!(record)
