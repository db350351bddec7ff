import { browser } from '../adapters/browser.ts'

/** Where a document is, as of the moment at which its tracker asked whether it is on. */
export interface Place {
  /** Id of its tab. */
  tab: number
  /** Host name of the site that the tab showed. */
  site: string
}

/** Most documents that are remembered; those that spoke up longest ago are forgotten first. */
const CAPACITY = 500
const NAME = 'documents'

let places: Promise<Map<string, Place>> | undefined

/** The browser's session storage outlives the background, and ends with the browser, as documents do. */
const known = (): Promise<Map<string, Place>> => {
  places ??= browser.storage.session.get(NAME).then(
    ({ [NAME]: stored }) => new Map((stored as [string, Place][] | undefined) ?? []),
    (error) => {
      // Asked anew the next time.
      places = undefined
      throw error
    },
  )
  return places
}

/**
 * Remembers where a document is. What it says when it is left arrives at a time when the browser knows its tab by the address
 * of the next document (Chromium), by none, or not at all (Firefox).
 * @param id of the document, which the browser gives and no page can choose
 */
export async function remember(id: string, place: Place): Promise<void> {
  const all = await known()
  all.delete(id)
  all.set(id, place)
  for (const oldest of all.keys()) {
    if (all.size <= CAPACITY) break
    all.delete(oldest)
  }
  await browser.storage.session.set({ [NAME]: [...all] })
}

/** Where a document is or was; undefined for one that has not been heard of. */
export const placeOf = async (id: string | undefined): Promise<Place | undefined> =>
  id === undefined ? undefined : (await known()).get(id)
