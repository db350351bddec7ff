import type { LogEntry } from '../log/entry.ts'

/** Lets the user save entries of the log as a JSON file: events in their form on the wire, with what became of them. */
export function saveJson(entries: readonly LogEntry[], name: string): void {
  const rows = entries.map(({ event, state, reason, updatedAt }) => ({ ...event, state, ...(reason ? { reason } : {}), updatedAt }))
  const url = URL.createObjectURL(new Blob([JSON.stringify(rows, null, 2)], { type: 'application/json' }))
  const link = Object.assign(document.createElement('a'), { href: url, download: name })
  link.click()
  URL.revokeObjectURL(url)
}
