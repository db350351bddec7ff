import { Check } from 'typebox/value'
import { FromExtension, FromPage } from '../messages.ts'

/** Who sent a message, as the browser says. */
export interface Sender {
  id?: string | undefined
  url?: string | undefined
  frameId?: number | undefined
  documentId?: string | undefined
  /** Not told by Firefox, which prerenders nothing. */
  documentLifecycle?: string | undefined
  tab?: { id?: number | undefined; url?: string | undefined } | undefined
}

/** A message that may be acted on. */
export type Heard =
  | { from: 'extension'; message: FromExtension }
  | {
      from: 'page'
      message: FromPage
      /** Undefined when the tab has been closed meanwhile. */
      tab: { id: number; url: string | undefined } | undefined
      frameId: number | undefined
      /** Undefined in browsers that do not number documents. */
      documentId: string | undefined
    }

/** As much as a collector takes in a request. */
const MAX_LENGTH = 1024 * 1024

/**
 * Tells what may be acted on: what our own pages ask for, and what our tracker says from a tab, which is checked like a request from
 * anywhere, because a page can break into its tracker.
 * @param own the extension's id and the address that its pages begin with
 * @returns undefined for anything else
 */
export function hear(message: unknown, sender: Sender, own: { id: string; base: string }): Heard | undefined {
  if (sender.id !== own.id) return undefined
  if (sender.url?.startsWith(own.base)) return Check(FromExtension, message) ? { from: 'extension', message } : undefined
  const { tab, frameId, documentId, documentLifecycle } = sender
  // Its tab shows another page yet, perhaps of another site, or there is none: the tracker asks again until the document is shown.
  if (documentLifecycle === 'prerender') return undefined
  const isFromPage = tab?.id !== undefined || documentId !== undefined
  if (!isFromPage || !Check(FromPage, message) || JSON.stringify(message).length > MAX_LENGTH) return undefined
  return { from: 'page', message, tab: tab?.id === undefined ? undefined : { id: tab.id, url: tab.url }, frameId, documentId }
}
