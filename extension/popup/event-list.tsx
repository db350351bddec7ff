import { useVirtualizer } from '@tanstack/react-virtual'
import { useRef } from 'react'
import type { LogEntry } from '../log/entry.ts'
import { subjectOf, titleOf } from '../log/filter.ts'

interface Props {
  entries: readonly LogEntry[]
  /** The id of the event whose detail is open. */
  open: string | undefined
  onOpen: (id: string | undefined) => void
}

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false })

/** Arrow keys go from row to row. */
function moveFocus(event: React.KeyboardEvent<HTMLElement>): void {
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>('.log-row')].sort(
    (a, b) => Number(a.dataset.index) - Number(b.dataset.index),
  )
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
  if (!step) return
  event.preventDefault()
  rows[rows.indexOf(document.activeElement as HTMLElement) + step]?.focus()
}

/** The events, one row each. Only the rows in view are in the document, so that a long history stays light. */
export function EventList({ entries, open, onOpen }: Props) {
  const scroller = useRef<HTMLDivElement>(null)
  const rows = useVirtualizer({
    count: entries.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 30,
    overscan: 20,
    getItemKey: (index) => entries[index]!.id,
  })
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the rows are the controls; the list only moves the focus between them
    <div className="log" ref={scroller} onKeyDown={moveFocus}>
      <div style={{ height: rows.getTotalSize(), position: 'relative' }}>
        {rows.getVirtualItems().map(({ key, index, start }) => {
          const entry = entries[index]!
          const isOpen = entry.id === open
          return (
            <button
              key={key}
              type="button"
              className="log-row"
              style={{ top: start }}
              data-testid="event-row"
              data-index={index}
              data-event-id={entry.id}
              data-type={entry.event.type}
              data-state={entry.state}
              aria-expanded={isOpen}
              onClick={() => onOpen(isOpen ? undefined : entry.id)}
            >
              <span>{clock.format(entry.event.time)}</span>
              <span className="fw-semibold">{titleOf(entry.event.type)}</span>
              <span title={entry.event.url}>{subjectOf(entry)}</span>
              <span className="state" data-state={entry.state} title={entry.reason?.message}>
                {entry.state}
              </span>
            </button>
          )
        })}
      </div>
    </div>
  )
}
