import { memo } from 'react'
import type { LogEntry } from '../log/entry.ts'
import { subjectOf, titleOf } from '../log/filter.ts'
import { clock } from './clock.ts'

interface Props {
  entry: LogEntry
  /** Its place in the list. */
  index: number
  /** How far below the beginning of the list, in px. */
  top: number
  /** Whether its detail is open. */
  isOpen: boolean
  onOpen: (id: string | undefined) => void
}

/** An event in a line. Rows that stay in view while others come and go are not rendered again. */
export const EventRow = memo(function EventRow({ entry, index, top, isOpen, onOpen }: Props) {
  return (
    <button
      type="button"
      className="log-row"
      style={{ top }}
      data-testid="event-row"
      data-index={index}
      data-event-id={entry.id}
      data-type={entry.event.type}
      data-state={entry.state}
      aria-expanded={isOpen}
      onClick={() => onOpen(isOpen ? undefined : entry.id)}
    >
      <span>{clock(entry.event.time)}</span>
      <span className="fw-semibold">{titleOf(entry.event.type)}</span>
      <span title={entry.event.url}>{subjectOf(entry)}</span>
      <span className="state" data-state={entry.state} title={entry.reason?.message}>
        {entry.state}
      </span>
    </button>
  )
})
