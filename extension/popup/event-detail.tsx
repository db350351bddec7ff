import CloseButton from 'react-bootstrap/CloseButton'
import type { LogEntry } from '../log/entry.ts'
import { titleOf } from '../log/filter.ts'

/** One whole event, and what became of it. */
export function EventDetail({ entry, onClose }: { entry: LogEntry; onClose: () => void }) {
  const { event, state, reason } = entry
  return (
    <section className="detail" data-testid="event-detail" aria-label="Event">
      <div className="d-flex align-items-center gap-2 px-3 pt-2">
        <strong className="flex-grow-1">{titleOf(event.type)}</strong>
        <span className="state" data-state={state}>
          {state}
        </span>
        <CloseButton aria-label="Close" onClick={onClose} />
      </div>
      {reason && (
        <p className="px-3 mb-1 text-danger-emphasis">
          {reason.message} <code>{reason.code}</code>
        </p>
      )}
      <pre className="px-3 pb-2 mb-0">{JSON.stringify(event, null, 2)}</pre>
    </section>
  )
}
