import { eventTypes } from '@webwatch/events'
import Button from 'react-bootstrap/Button'
import Form from 'react-bootstrap/Form'
import { type LogEntry, states } from '../log/entry.ts'
import type { Filter } from '../log/filter.ts'
import { saveJson } from './save-json.ts'
import { tell } from './tell.ts'

interface Props {
  filter: Filter
  onFilter: (filter: Filter) => void
  isPaused: boolean
  onPause: (paused: boolean) => void
  site: string | undefined
  /** What the filter lets through. */
  entries: readonly LogEntry[]
  /** How many entries there are without it. */
  total: number
}

/** Filters, and what can be done with the log as a whole. */
export function Toolbar({ filter, onFilter, isPaused, onPause, site, entries, total }: Props) {
  const change = (part: Partial<Filter>) => onFilter({ ...filter, ...part })
  const shown =
    entries.length === total ? total.toLocaleString('en') : `${entries.length.toLocaleString('en')} of ${total.toLocaleString('en')}`
  return (
    <div className="px-3 py-2 d-grid gap-2">
      <div className="d-flex gap-2">
        <Form.Select
          size="sm"
          data-testid="filter-type"
          aria-label="Type"
          value={filter.type}
          onChange={(event) => change({ type: event.target.value })}
        >
          <option value="">All types</option>
          {eventTypes.map(({ type, title }) => (
            <option key={type} value={type}>
              {title}
            </option>
          ))}
        </Form.Select>
        <Form.Select
          size="sm"
          data-testid="filter-state"
          aria-label="State"
          value={filter.state}
          onChange={(event) => change({ state: event.target.value })}
        >
          <option value="">All states</option>
          {states.map((state) => (
            <option key={state}>{state}</option>
          ))}
        </Form.Select>
        <Form.Control
          size="sm"
          type="search"
          placeholder="Search"
          data-testid="search"
          aria-label="Search"
          value={filter.search}
          onChange={(event) => change({ search: event.target.value })}
        />
      </div>
      <div className="d-flex gap-2 align-items-center">
        <span className="small text-body-secondary flex-grow-1">{shown} events</span>
        <Button
          size="sm"
          variant="outline-secondary"
          data-testid="pause"
          aria-pressed={isPaused}
          active={isPaused}
          onClick={() => onPause(!isPaused)}
        >
          {isPaused ? 'Resume' : 'Pause'}
        </Button>
        <Button
          size="sm"
          variant="outline-secondary"
          data-testid="clear"
          disabled={!site}
          onClick={() => site && void tell({ kind: 'clear', site })}
        >
          Clear
        </Button>
        <Button
          size="sm"
          variant="outline-secondary"
          data-testid="export-json"
          disabled={entries.length === 0}
          onClick={() => saveJson(entries, `webwatch-${site}.json`)}
        >
          Export JSON
        </Button>
      </div>
    </div>
  )
}
