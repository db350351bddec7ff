import type { CaptureConfig } from '../config.ts'
import { cleanUrl, maskSecrets } from '../url.ts'
import { listenInRoots } from './roots.ts'
import { isMasked } from './target.ts'

type Media = HTMLVideoElement | HTMLAudioElement

/** Facts about a media element at one moment; position and length in seconds. */
export interface MediaState {
  id: string
  url: string
  position: number
  length: number
}

// What plays outlives a page view: a video that goes on while the visitor moves inside the page has not started again.
const started = new WeakMap<Media, string>()

const isKind = (kind: 'video' | 'audio', node: unknown): node is Media =>
  kind === 'video' ? node instanceof HTMLVideoElement : node instanceof HTMLAudioElement

function ancestors(element: Element): Element[] {
  const path: Element[] = []
  for (let current: Element | null = element; current; current = current.parentElement) path.push(current)
  return path
}

function stateOf(media: Media, config: CaptureConfig): MediaState {
  const length = Number.isFinite(media.duration) ? media.duration : 0
  return {
    id: maskSecrets(media.id).slice(0, 256),
    url: cleanUrl(media.currentSrc, config.allowedParameters),
    position: Math.max(0, media.currentTime),
    length,
  }
}

/** Calls back once for each start of a video or an audio; a resume is no start. */
export function watchStarts(
  kind: 'video' | 'audio',
  config: CaptureConfig,
  signal: AbortSignal,
  report: (state: MediaState) => void,
): void {
  const start = (media: Media) => {
    if (started.get(media) === media.currentSrc) return
    started.set(media, media.currentSrc)
    if (!isMasked(ancestors(media), config.maskSelectors)) report(stateOf(media, config))
  }
  const listener = (event: Event) => {
    const media = event.composedPath()[0]
    if (!isKind(kind, media)) return
    if (event.type === 'playing') start(media)
    else started.delete(media)
  }
  listenInRoots(['playing', 'ended', 'emptied'], listener, signal)
  for (const media of document.querySelectorAll<Media>(kind)) if (!media.paused && !media.ended && media.currentSrc) start(media)
}

/** Calls back each time a video or an audio reaches its end; a loop reaches it once per pass. */
export function watchEnds(kind: 'video' | 'audio', config: CaptureConfig, signal: AbortSignal, report: (state: MediaState) => void): void {
  const lastPosition = new WeakMap<Media, number>()
  const end = (media: Media) => {
    if (isMasked(ancestors(media), config.maskSelectors)) return
    const state = stateOf(media, config)
    report({ ...state, position: state.length || state.position })
  }
  const listener = (event: Event) => {
    const media = event.composedPath()[0]
    if (!isKind(kind, media)) return
    if (event.type === 'ended') return end(media)
    const before = lastPosition.get(media) ?? 0
    lastPosition.set(media, media.currentTime)
    // A loop ends without `ended`: playback falls back from near the end to the beginning. Positions come four times a second.
    const nearEnd = before > media.duration - Math.min(1, media.duration / 2)
    const nearStart = media.currentTime < Math.min(1, media.duration / 2)
    if (media.loop && nearEnd && nearStart) end(media)
  }
  listenInRoots(['ended', 'timeupdate'], listener, signal)
}
