import type { Capture } from '../definition.ts'
import { listen } from '../dom/listen.ts'
import { isMasked, linkOf, pathOf } from '../dom/target.ts'
import { cleanUrl } from '../url.ts'
import type { download } from './schema.ts'

/** Endings of files that browsers save rather than show, or that people fetch to keep. */
const ENDINGS =
  /^(7z|apk|avi|csv|dmg|docx?|epub|exe|flac|gz|iso|jar|key|mkv|mov|mp[34]|msi|od[pst]|ogg|pdf|pkg|pptx?|rar|rtf|t[ag][rz]|txt|wav|webm|wm[av]|xlsx?|xz|zip)$/

/** Clicks on links that download. */
export const capture: Capture<typeof download> = ({ emit, config, signal }) => {
  const listener = (event: MouseEvent) => {
    const { link, url } = linkOf(pathOf(event))
    if (event.button > 1 || !link || isMasked(link, config)) return
    const named = link.getAttribute('download')
    const name = named || (url!.protocol === 'blob:' ? '' : url!.pathname)
    const extension = /(?<=\.)[a-z0-9]{1,32}$/.exec(name.toLowerCase())?.[0] ?? ''
    if (named !== null || ENDINGS.test(extension)) emit({ download_url: cleanUrl(url!.href, config.allowedParameters), extension })
  }
  listen('click auxclick', listener, signal)
}
