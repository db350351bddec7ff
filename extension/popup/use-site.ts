import { useEffect, useState } from 'react'
import { browser } from '../adapters/browser.ts'
import { type Site, siteOf } from '../site.ts'

/** The tab that the popup speaks of: `?tab=` names one, else it is the one in front. */
async function subject() {
  const named = Number(new URLSearchParams(location.search).get('tab'))
  if (named) return browser.tabs.get(named)
  const [tab] = await browser.tabs.query({ active: true, currentWindow: true })
  return tab
}

/** The site of the popup's tab, and null where there is none to track; undefined until it is known. */
export function useSite(): Site | undefined {
  const [site, setSite] = useState<Site>()
  useEffect(() => {
    const update = () =>
      void subject().then(
        (tab) => setSite(siteOf(tab?.url)),
        // A tab that has been closed: the log of its site stays.
        (error) => console.debug(error),
      )
    update()
    browser.tabs.onUpdated.addListener(update)
    return () => browser.tabs.onUpdated.removeListener(update)
  }, [])
  return site
}
