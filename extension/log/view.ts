import type { Change } from './changes.ts'
import { isWaiting, type LogEntry } from './entry.ts'

/** The log of one site as a reader holds it: entries by their place, the oldest first. Never changed in place. */
export type View = ReadonlyMap<number, LogEntry>

/** A view of entries read from disk. */
export const viewOf = (entries: readonly LogEntry[]): View => new Map(entries.map((entry) => [entry.order, entry]))

/** The view after a change: new entries come last, known ones keep their place and get their new state. */
export function applied(view: View, change: Change, site: string): View {
  if (change.kind === 'cleared') {
    if (change.site !== null && change.site !== site) return view
    return change.site === null ? new Map() : new Map([...view].filter(([, entry]) => isWaiting(entry)))
  }
  const news = change.entries.filter((entry) => entry.site === site && !((view.get(entry.order)?.updatedAt ?? 0) > entry.updatedAt))
  if (news.length === 0) return view
  const next = new Map(view)
  for (const entry of news) next.set(entry.order, entry)
  return next
}
