import { eventTypes } from '@webwatch/events'
import type { EventDefinition } from '@webwatch/events/definition.ts'
import { INSTANT } from '@webwatch/events/visit.ts'

/** What a text is called that is empty or not there. */
export const NONE = '(none)'

/** What a country is called of which neither an address nor a time zone tells anything. */
export const UNKNOWN_COUNTRY = 'unknown'

/** Where a column is found, and what it holds; `hollow` is a text that may be empty. */
export type Column =
  | { readonly kind: 'tag'; readonly sql: string }
  | {
      readonly kind: 'field'
      readonly field: string
      readonly type: 'text' | 'hollow' | 'number' | 'integer' | 'boolean'
      readonly sql: string
    }
  | Derived

/** A text that is made of other columns, in each of the three languages. */
export interface Derived {
  readonly kind: 'derived'
  readonly from: readonly string[]
  /** Flux packages that its expression needs. */
  readonly imports: readonly string[]
  /** An expression over `r`. */
  readonly flux: string
  /** An expression over those of the columns that it is made of. */
  sql(...from: readonly string[]): string
  evaluate(...from: readonly string[]): string
}

/** A text that a pattern cuts out of a field: its one group, or `otherwise` where it does not match. The pattern means the same in RE2 and JavaScript. */
function cut(from: string, pattern: string, otherwise: string): Derived {
  const regex = (text: string) => `/${text.replaceAll('/', '\\/')}/`
  const opened = pattern.startsWith('^') ? pattern : `^.*?${pattern}`
  const whole = regex(`(?s:${opened.endsWith('$') ? opened : `${opened}.*$`})`)
  const quoted = `'${pattern.replaceAll("'", "''")}'`
  return {
    kind: 'derived',
    from: [from],
    imports: ['regexp'],
    flux: `if exists r.${from} and r.${from} =~ ${regex(pattern)} then regexp.replaceAllString(r: ${whole}, v: r.${from}, t: "$1") else "${otherwise}"`,
    sql: (text) => `CASE WHEN regexp_matches(${text}, ${quoted}) THEN regexp_extract(${text}, ${quoted}, 1) ELSE '${otherwise}' END`,
    evaluate: (text) => new RegExp(pattern).exec(text ?? '')?.[1] ?? otherwise,
  }
}

/** The same as `visitOf`. */
const visit = `CASE WHEN starts_with(session, left(visitor, ${INSTANT})) THEN 'new' ELSE 'returning' END`

/** A tag cannot hold every text: what InfluxDB's line protocol leaves of it. */
const taggable = (sql: string) => `coalesce(nullif(trim(regexp_replace(${sql}, '[\\n\\r\\t\\x00\\\\]', ' ', 'g')), ''), '-')`

/** The column that tells events of different types apart: a measurement in InfluxDB, a type in DuckDB. No metric names it; aggregates do. */
export const MEASUREMENT = '_measurement'

const tags: Readonly<Record<string, string>> = {
  [MEASUREMENT]: 'type',
  site: 'site',
  url: 'route',
  target: taggable(`(data->>'$.target')`),
  device: 'device',
  browser: 'browser',
  country: 'country',
  source: 'source',
}

/** Tags that every event has: each metric can be filtered by them. */
export const commonTags = ['site', 'url', 'device', 'browser', 'country', 'source'] as const

const commonFields: Readonly<Record<string, string>> = {
  id: 'id',
  session: 'session',
  visitor: 'visitor',
  page: 'page',
  os: 'os',
  href: 'url',
}

const utm = (name: string): Derived => cut('href', `[?&]utm_${name}=([^&#]+)`, NONE)

const derived: Readonly<Record<string, Derived>> = {
  referrer_host: cut('referrer', '^[a-z]+://([^/?#]+)', '(direct)'),
  utm_source: utm('source'),
  utm_medium: utm('medium'),
  utm_campaign: utm('campaign'),
  script: cut('script_url', '([^/]+)$', NONE),
}

const definitions = new Map<string, EventDefinition>(eventTypes.map((definition) => [definition.type, definition]))

/** @throws {Error} when no event type has this name: a definition is wrong */
export function definitionOf(type: string): EventDefinition {
  const definition = definitions.get(type)
  if (!definition) throw new Error(`no event type is called ${type}`)
  return definition
}

interface Property {
  type?: string
  minLength?: number
  anyOf?: { type?: string }[]
}

function dataColumn(type: string, name: string): Column | undefined {
  const schema = (definitionOf(type).data.properties as Record<string, Property>)[name]
  if (!schema) return undefined
  const json = schema.type ?? schema.anyOf?.[0]?.type ?? 'string'
  const text = `(data->>'$.${name}')`
  if (json === 'number' || json === 'integer') return { kind: 'field', field: name, type: json, sql: `CAST(${text} AS DOUBLE)` }
  if (json === 'boolean') return { kind: 'field', field: name, type: 'boolean', sql: `CAST(${text} AS BOOLEAN)` }
  return { kind: 'field', field: name, type: schema.anyOf || schema.minLength ? 'text' : 'hollow', sql: text }
}

/**
 * What a name means for events of a type.
 * @throws {Error} when its events have no such column: a definition is wrong
 */
export function columnOf(type: string, name: string): Column {
  const tag = tags[name]
  if (tag !== undefined && (name !== 'target' || definitionOf(type).targetTag)) return { kind: 'tag', sql: tag }
  if (name === 'seq') return { kind: 'field', field: 'seq', type: 'integer', sql: 'seq' }
  if (name === 'visit' && hasColumn(type, name)) return { kind: 'field', field: name, type: 'text', sql: visit }
  const common = commonFields[name]
  if (common !== undefined) return { kind: 'field', field: name, type: 'text', sql: common }
  const column = derived[name] ?? dataColumn(type, name)
  if (!column) throw new Error(`events of type ${type} have no column ${name}`)
  return column
}

/** Whether events of a type have a column. */
export function hasColumn(type: string, name: string): boolean {
  if (name === 'target') return definitionOf(type).targetTag === true
  if (name === 'visit') return definitionOf(type).tellsVisit === true
  if (name === 'seq' || name in tags || name in commonFields) return true
  const column = derived[name]
  return column ? column.from.every((from) => hasColumn(type, from)) : dataColumn(type, name) !== undefined
}

/** Fields of an InfluxDB point that a column is read from; none for a tag. */
export function fieldsBehind(type: string, name: string): readonly string[] {
  const column = columnOf(type, name)
  if (column.kind === 'tag') return []
  if (column.kind === 'field') return [column.field]
  return column.from.flatMap((from) => fieldsBehind(type, from))
}

/** Whether it is a tag, which InfluxDB finds by its index, whatever the type. */
export const isTag = (name: string): boolean => name in tags

/** Which of these columns the events of all the types have. */
export const columnsInAll = (types: readonly string[], names: readonly string[]): readonly string[] =>
  names.filter((name) => types.every((type) => hasColumn(type, name)))
