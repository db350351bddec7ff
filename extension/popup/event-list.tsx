import { defaultRangeExtractor, type Range, useVirtualizer } from '@tanstack/react-virtual'
import { useRef, useState } from 'react'
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
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
  const { index } = (document.activeElement as HTMLElement).dataset
  if (!step || index === undefined) return
  event.preventDefault()
  event.currentTarget.querySelector<HTMLElement>(`[data-index="${Number(index) + step}"]`)?.focus()
}

/** The events, one row each. Only the rows in view are in the document, so that a long history stays light. */
export function EventList({ entries, open, onOpen }: Props) {
  const scroller = useRef<HTMLDivElement>(null)
  const [focused, setFocused] = useState<string>()
  // Nor do these go away when they are scrolled out of view: the focus would be lost with them.
  const kept = [open, focused].flatMap((id) => {
    const index = id === undefined ? -1 : entries.findIndex((entry) => entry.id === id)
    return index < 0 ? [] : [index - 1, index, index + 1].filter((near) => entries[near])
  })
  const rows = useVirtualizer({
    count: entries.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 30,
    overscan: 8,
    getItemKey: (index) => entries[index]!.id,
    rangeExtractor: (range: Range) => [...new Set([...defaultRangeExtractor(range), ...kept])].sort((a, b) => a - b),
  })
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the rows are the controls; the list only moves the focus between them
    <div className="log" ref={scroller} onKeyDown={moveFocus} onFocus={({ target }) => setFocused((target as HTMLElement).dataset.eventId)}>
      <div style={{ height: rows.getTotalSize(), position: 'relative' }}>
        {rows.getVirtualItems().map(({ key, index, start }) => {
          const entry = entries[index]!
          return <EventRow key={key} entry={entry} index={index} top={start} isOpen={entry.id === open} onOpen={onOpen} />
        })}
      </div>
    </div>
  )
}
