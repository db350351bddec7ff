import { MAX_WAITING } from '../log/log.ts'
import { tell } from './tell.ts'
import { type Readiness, useReadiness } from './use-readiness.ts'
import { useSetting } from './use-setting.ts'
import { useWaiting } from './use-waiting.ts'

/** What a tag says of an event, in the words of people. */
const meanings = { site: 'site', url: 'page', target: 'element' } as const

const events = (count: number) => `${count.toLocaleString('en')} ${count === 1 ? 'event' : 'events'}`

/** What becomes of events while something is wrong. */
function fate(waiting: number, unstored = false): string {
  if (unstored) return 'Pages keep them, and lose them when they are closed.'
  if (waiting >= MAX_WAITING) return 'The queue is full: the oldest events make room for new ones, mouse moves first.'
  return 'Nothing is lost: events are kept here.'
}

/** How delivery goes, in plain words: what is wrong, and how many events wait, of whatever site. */
export function StatusLine() {
  const waiting = useWaiting()
  const delivery = useSetting('delivery')
  const collector = useSetting('collector')
  const { spool, overflow } = useReadiness(collector?.url)
  const problem = delivery?.problem
  return (
    <div
      className={`px-3 py-2 small d-flex align-items-center gap-2 ${problem ? 'bg-warning-subtle text-warning-emphasis' : 'bg-body-tertiary'}`}
    >
      <div className="flex-grow-1">
        {/* Read out when it changes, unlike the number, which changes with each event. */}
        <span role="status">
          {problem && (
            <>
              <strong>{problem}</strong> {fate(waiting, delivery.unstored)}
            </>
          )}
        </span>
        {!problem && <>Events go to {collector?.url}.</>}{' '}
        <span data-testid="waiting-count" data-count={waiting}>
          {waiting === 0 ? 'None waits.' : `${events(waiting)} ${waiting === 1 ? 'waits' : 'wait'}.`}
        </span>
        {spool > 0 && (
          <span data-testid="spool-count" data-count={spool}>
            {' '}
            {events(spool)} {spool === 1 ? 'is' : 'are'} safe in the collector until Kafka is back.
          </span>
        )}
        <Overflow overflow={overflow} />
      </div>
      {problem && (
        <button type="button" className="btn btn-sm btn-outline-secondary" onClick={() => void tell({ kind: 'deliver' })}>
          Try now
        </button>
      )}
    </div>
  )
}

/** What is stored without its name, because there were too many names before. */
function Overflow({ overflow }: Pick<Readiness, 'overflow'>) {
  if (overflow.length === 0) return null
  const parts = overflow.map(({ tag, count }) => `the ${meanings[tag]} of ${events(count)}`)
  return (
    <span data-testid="overflow" data-count={overflow.reduce((sum, { count }) => sum + count, 0)}>
      {' '}
      The collector has stored {parts.join(' and ')} as (other): there are too many to tell apart.
    </span>
  )
}
