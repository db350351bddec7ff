import { useMemo, useState } from 'react'
import type { LogEntry } from '../log/entry.ts'
import { type Filter, matches } from '../log/filter.ts'
import { trackedAt } from '../site.ts'
import { EventDetail } from './event-detail.tsx'
import { EventList } from './event-list.tsx'
import { PrivacyNotice } from './privacy-notice.tsx'
import { SiteToggle } from './site-toggle.tsx'
import { StatusLine } from './status-line.tsx'
import { Toolbar } from './toolbar.tsx'
import { useLog } from './use-log.ts'
import { useSetting } from './use-setting.ts'
import { useSite } from './use-site.ts'

const everything: Filter = { type: '', state: '', search: '' }

/** The popup: the site's switch, how delivery goes, and the log of its events. */
export function Popup() {
  const site = useSite()
  const sites = useSetting('sites')
  const log = useLog(site?.name)
  const [filter, setFilter] = useState(everything)
  const [frozen, setFrozen] = useState<LogEntry[]>()
  const [open, setOpen] = useState<string>()
  const latestFirst = useMemo(() => [...log.values()].sort((a, b) => b.order - a.order), [log])
  const entries = useMemo(() => (frozen ?? latestFirst).filter((entry) => matches(entry, filter)), [frozen, latestFirst, filter])
  const opened = entries.find(({ id }) => id === open)
  const tracked = site && sites && trackedAt(site, sites)
  const isOn = tracked !== undefined
  return (
    <>
      <SiteToggle site={site} isOn={isOn} />
      {tracked && <PrivacyNotice name={site.name} site={tracked} />}
      <StatusLine />
      <Toolbar
        filter={filter}
        onFilter={setFilter}
        isPaused={frozen !== undefined}
        onPause={(paused) => setFrozen(paused ? latestFirst : undefined)}
        site={site?.name}
        entries={entries}
        total={latestFirst.length}
      />
      {entries.length > 0 ? (
        <EventList entries={entries} open={open} onOpen={setOpen} />
      ) : (
        <Empty isOn={isOn} hasEvents={latestFirst.length > 0} />
      )}
      {opened && <EventDetail entry={opened} onClose={() => setOpen(undefined)} />}
    </>
  )
}

function Empty({ isOn, hasEvents }: { isOn: boolean; hasEvents: boolean }) {
  if (hasEvents) return <div className="empty">No event matches the filter.</div>
  if (isOn) return <div className="empty">Nothing has happened yet. Use the page, and watch its events come in.</div>
  return <div className="empty">Switch tracking on to see every interaction on this site.</div>
}
