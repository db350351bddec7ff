import type { Capture } from '../definition.ts'
import { cleanAddress } from '../dom/address.ts'
import { onLink } from '../dom/link.ts'
import { listen } from '../dom/listen.ts'
import { type NavigateEvent, navigation } from '../dom/navigation.ts'
import { isHidden } from '../dom/target.ts'
import type { download } from './schema.ts'

/** Endings of files that browsers save rather than show, or that people fetch to keep. */
const ENDINGS =
  /^(7z|apk|avi|csv|dmg|docx?|epub|exe|flac|gz|iso|jar|key|mkv|mov|mp[34]|msi|od[pst]|ogg|pdf|pkg|pptx?|rar|rtf|t[ag][rz]|txt|wav|webm|wm[av]|xlsx?|xz|zip)$/

/** Links that are followed and download. */
export const capture: Capture<typeof download> = (emit) => {
  const told = new WeakMap<Element, string>()
  const tell = ({ href, pathname }: URL, link: Element) => {
    told.set(link, href)
    const named = link.getAttribute('download')
    const [, extension = ''] = /\.(\w{1,8})$/.exec((named || pathname).toLowerCase()) ?? []
    if (named !== null || ENDINGS.test(extension))
      emit({ download_url: cleanAddress(href), extension }, link.isConnected ? link : undefined)
  }
  onLink(tell)
  // A click on a link that is in no document reaches nobody: only the navigation tells of it. Of one that downloads Firefox tells twice, the
  // second time as if it did not.
  listen<NavigateEvent>(
    'navigate',
    ({ sourceElement: link, destination: { url }, downloadRequest }) => {
      if (!link || link.isConnected || isHidden(link)) return
      if (downloadRequest === null ? !told.has(link) : told.get(link) !== url) tell(new URL(url), link)
    },
    navigation,
  )
}
