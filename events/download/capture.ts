import type { Capture } from '../definition.ts'
import { cleanAddress } from '../dom/address.ts'
import { onLink } from '../dom/link.ts'
import type { download } from './schema.ts'

/** Endings of files that browsers save rather than show, or that people fetch to keep. */
const ENDINGS =
  /^(7z|apk|avi|csv|dmg|docx?|epub|exe|flac|gz|iso|jar|key|mkv|mov|mp[34]|msi|od[pst]|ogg|pdf|pkg|pptx?|rar|rtf|t[ag][rz]|txt|wav|webm|wm[av]|xlsx?|xz|zip)$/

/** Clicks on links that download. */
export const capture: Capture<typeof download> = (emit) =>
  onLink(({ href, pathname }, link) => {
    const named = link.getAttribute('download')
    const [extension = ''] = /(?<=\.)[a-z0-9]{1,32}$/.exec((named || pathname).toLowerCase()) ?? []
    if (named !== null || ENDINGS.test(extension)) emit({ download_url: cleanAddress(href), extension }, link)
  })
