import { useEffect, useState } from 'react'
import { type Change, onChange } from '../log/changes.ts'
import type { LogEntry } from '../log/entry.ts'
import { entriesOf } from '../log/log.ts'
import { applied, type View, viewOf } from '../log/view.ts'

/** The log of a site, from its beginning and live. Changes of one frame are shown together. */
export function useLog(site: string | undefined): View {
  const [view, setView] = useState<View>(new Map())
  useEffect(() => {
    if (!site) return
    let changes: Change[] = []
    let isLoaded = false
    let frame = 0
    const show = () => {
      const now = changes
      changes = []
      frame = 0
      setView((before) => now.reduce((view, change) => applied(view, change, site), before))
    }
    // Listening begins before reading, so that nothing falls between the two.
    const stop = onChange((change) => {
      changes.push(change)
      if (isLoaded && !frame) frame = requestAnimationFrame(show)
    })
    const load = (entries: LogEntry[]) => {
      setView(viewOf(entries))
      isLoaded = true
      show()
    }
    entriesOf(site).then(load, (error) => {
      console.debug(error)
      load([])
    })
    return () => {
      stop()
      cancelAnimationFrame(frame)
    }
  }, [site])
  return view
}
