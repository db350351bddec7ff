import type { Capture } from '../definition.ts'
import { cleanAddress } from '../dom/address.ts'
import { onLink } from '../dom/link.ts'
import { selectorOf } from '../dom/target.ts'
import type { outboundClick } from './schema.ts'

/** Clicks on links that lead away. */
export const capture: Capture<typeof outboundClick> = (emit) =>
  onLink(({ href, protocol, hostname }, link, { isTrusted }) => {
    // A document without an address of its own (srcdoc, about:blank) is at home where its base is.
    if (isTrusted && /^http/.test(protocol) && hostname !== new URL(link.baseURI).hostname)
      emit({ link_url: cleanAddress(href), target: selectorOf(link) }, link)
  })
