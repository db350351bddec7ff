import { useMemo, useState } from 'react'
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
  /** The latest entry that is shown while the log is paused: later ones wait, and those that are shown go on as they do. */
  const [pausedAt, setPausedAt] = useState<number>()
  const [open, setOpen] = useState<string>()
  const latestFirst = useMemo(() => [...log.values()].sort((a, b) => b.order - a.order), [log])
  const shown = useMemo(
    () => (pausedAt === undefined ? latestFirst : latestFirst.filter(({ order }) => order <= pausedAt)),
    [pausedAt, latestFirst],
  )
  const entries = useMemo(() => shown.filter((entry) => matches(entry, filter)), [shown, filter])
  const opened = entries.find(({ id }) => id === open)
  /** The focus goes back to where it came from. */
  const close = () => {
    document.querySelector<HTMLElement>(`[data-event-id="${open}"]`)?.focus()
    setOpen(undefined)
  }
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
        isPaused={pausedAt !== undefined}
        onPause={(paused) => setPausedAt(paused ? (latestFirst[0]?.order ?? 0) : undefined)}
        site={site?.name}
        entries={entries}
        total={latestFirst.length}
      />
      {entries.length > 0 ? (
        <EventList entries={entries} open={open} onOpen={setOpen} />
      ) : (
        <Empty isOn={isOn} isPaused={pausedAt !== undefined} hasEvents={shown.length > 0} />
      )}
      {opened && <EventDetail entry={opened} onClose={close} />}
    </>
  )
}

function Empty({ isOn, isPaused, hasEvents }: { isOn: boolean; isPaused: boolean; hasEvents: boolean }) {
  if (hasEvents) return <div className="empty">No event matches the filter.</div>
  if (isPaused) return <div className="empty">Paused. What happens meanwhile is shown when you resume.</div>
  if (isOn) return <div className="empty">Nothing has happened yet. Use the page, and watch its events come in.</div>
  return <div className="empty">Switch tracking on to see every interaction on this site.</div>
}
