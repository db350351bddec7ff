import type { Capture } from '../definition.ts'
import { listen } from '../dom/listen.ts'
import { isMasked, linkOf, pathOf, selectorOf } from '../dom/target.ts'
import { cleanUrl } from '../url.ts'
import type { outboundClick } from './schema.ts'

/** Clicks on links that lead away. */
export const capture: Capture<typeof outboundClick> = ({ emit, config, signal }) => {
  const listener = (event: MouseEvent) => {
    const { link, url } = linkOf(pathOf(event))
    if (!event.isTrusted || event.button > 1 || !link || !/^http/.test(url!.protocol) || isMasked(link, config)) return
    // A document without an address of its own (srcdoc, about:blank) is at home where its base is.
    if (url!.hostname === new URL(link.baseURI).hostname) return
    emit({ link_url: cleanUrl(url!.href, config.allowedParameters), target: selectorOf(link) })
  }
  listen('click auxclick', listener, signal)
}
