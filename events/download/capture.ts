import type { Capture } from '../definition.ts'
import { isMasked, pathOf } from '../dom/target.ts'
import { cleanUrl } from '../url.ts'
import type { download } from './schema.ts'

/** Endings of files that browsers save rather than show, or that people fetch to keep. */
const ENDINGS = new Set(
  (
    '7z apk avi bz2 csv dmg doc docx epub exe flac gz iso jar key mkv mobi mov mp3 mp4 msi numbers odp ods odt ogg pages pdf pkg ppt pptx ' +
    'rar rtf tar tgz torrent tsv txt wav webm wma wmv xls xlsx xz zip'
  ).split(' '),
)

function endingOf(name: string): string {
  return /\.([a-z0-9]{1,32})$/i.exec(name)?.[1]?.toLowerCase() ?? ''
}

/** Clicks on links that download. */
export const capture: Capture<typeof download> = ({ emit, config, signal }) => {
  const listener = (event: Event) => {
    const path = pathOf(event)
    const link = path.find((element) => element.matches('a[href],area[href]')) as HTMLAnchorElement | undefined
    if (!link || isMasked(path, config.maskSelectors)) return
    const named = link.getAttribute('download')
    const ending = endingOf(named || (link.protocol === 'blob:' ? '' : link.pathname))
    if (named === null && !ENDINGS.has(ending)) return
    emit({ download_url: cleanUrl(link.href, config.allowedParameters), extension: ending })
  }
  window.addEventListener('click', listener, { capture: true, passive: true, signal })
}
