import { useVirtualizer } from '@tanstack/react-virtual'
import { useRef } from 'react'
import type { LogEntry } from '../log/entry.ts'
import { EventRow } from './event-row.tsx'

interface Props {
  entries: readonly LogEntry[]
  /** The id of the event whose detail is open. */
  open: string | undefined
  onOpen: (id: string | undefined) => void
}

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
    overscan: 8,
    getItemKey: (index) => entries[index]!.id,
  })
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the rows are the controls; the list only moves the focus between them
    <div className="log" ref={scroller} onKeyDown={moveFocus}>
      <div style={{ height: rows.getTotalSize(), position: 'relative' }}>
        {rows.getVirtualItems().map(({ key, index, start }) => {
          const entry = entries[index]!
          return <EventRow key={key} entry={entry} index={index} top={start} isOpen={entry.id === open} onOpen={onOpen} />
        })}
      </div>
    </div>
  )
}
