import { eventTypes } from '@webwatch/events'
import type { LogEntry } from './entry.ts'

/** What the user wants to see of the log. Empty strings stand for everything. */
export interface Filter {
  type: string
  state: string
  search: string
}

const definitions = new Map<string, (typeof eventTypes)[number]>(eventTypes.map((definition) => [definition.type, definition]))

/** The name of an event type in words. */
export const titleOf = (type: string): string => definitions.get(type)?.title ?? type

/** What an event was about, in one line; the page's path where the type has no subject of its own. */
export function subjectOf({ event }: Pick<LogEntry, 'event'>): string {
  const definition = definitions.get(event.type)
  const subject = definition && 'subject' in definition ? event.data[definition.subject] : undefined
  const text = subject === undefined || subject === '' ? '' : String(subject)
  if (!text) return URL.canParse(event.url) ? new URL(event.url).pathname : event.url
  if (definition?.type === 'scroll') return `${text} %`
  // What lies on the same site goes by its path: there is little room.
  const origin = URL.canParse(event.url) ? new URL(event.url).origin : ''
  return origin && text.startsWith(`${origin}/`) ? text.slice(origin.length) : text
}

/**
 * Whether an entry passes a filter. The search looks for its words in type, subject, address, state, reason and data,
 * whatever their case.
 */
export function matches(entry: LogEntry, { type, state, search }: Filter): boolean {
  if (type && entry.event.type !== type) return false
  if (state && entry.state !== state) return false
  if (!search) return true
  const text = `${titleOf(entry.event.type)} ${entry.state} ${entry.reason?.code ?? ''} ${JSON.stringify(entry.event)}`.toLowerCase()
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word))
}
