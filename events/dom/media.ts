import type { CaptureContext } from '../definition.ts'
import { cleanUrl } from '../url.ts'
import { textOf } from './field.ts'
import { listenInRoots } from './roots.ts'
import { isMasked } from './target.ts'

type Kind = 'video' | 'audio'

/** What is told of a video or an audio at one moment; position and length in seconds. */
export type MediaData<K extends Kind> = { [Name in `${K}_id` | `${K}_url`]: string } & { position: number; length: number }

// What plays outlives a page view: a video that goes on while the visitor moves inside the page has not started again.
const started = new WeakMap<HTMLMediaElement, string>()
const passedMarks = new WeakMap<HTMLMediaElement, Set<string>>()

/** Emits what is to be told of a media element, if it may be mentioned. */
function tell<K extends Kind, More extends object>(
  { emit, config }: CaptureContext<MediaData<K> & More>,
  media: HTMLMediaElement,
  position: number,
  more?: More,
): void {
  const { localName, currentSrc, duration } = media
  if (isMasked(media, config)) return
  emit({
    [`${localName}_id`]: textOf(media, 'id'),
    [`${localName}_url`]: cleanUrl(currentSrc, config.allowedParameters),
    position,
    length: Number.isFinite(duration) ? duration : 0,
    ...more,
  } as MediaData<K> & More)
}

/** A capture of starts, one event each; a resume is no start. */
export const onStarts =
  <K extends Kind>(kind: K) =>
  (context: CaptureContext<MediaData<K>>): void => {
    const listener = ({ type, target }: { type: string; target: unknown }) => {
      const media = target as HTMLMediaElement
      if (media.localName !== kind) return
      if (type !== 'playing') started.delete(media)
      else if (started.get(media) !== media.currentSrc) {
        started.set(media, media.currentSrc)
        tell(context, media, media.currentTime)
      }
    }
    const look = (root: Document | ShadowRoot) => {
      for (const target of root.querySelectorAll<HTMLMediaElement>(kind))
        if (!target.paused && target.readyState > 2) listener({ type: 'playing', target })
    }
    listenInRoots('playing ended emptied', listener, context.signal, look)
    look(document)
  }

/**
 * Follows how far playback gets. What is jumped over has not been played.
 * @param ended called at each end: at that of the media, and at that of each pass of a loop
 * @param passed called for each stretch that was played, with its begin and end in seconds
 */
function follow(
  kind: Kind,
  signal: AbortSignal,
  ended: (media: HTMLMediaElement) => void,
  passed?: (media: HTMLMediaElement, from: number, to: number) => void,
): void {
  const positions = new WeakMap<HTMLMediaElement, number>()
  const listener = ({ type, target }: Event) => {
    const media = target as HTMLMediaElement
    if (media.localName !== kind) return
    const { currentTime, duration, loop, seeking } = media
    const before = positions.get(media) ?? currentTime
    positions.set(media, currentTime)
    const edge = Math.min(1, duration / 4)
    // A loop ends without `ended`: playback falls back from near the end to the beginning, as a seek of its own.
    if (type === 'ended' || (loop && before > 0.75 * duration && currentTime < edge)) ended(media)
    else if (type === 'timeupdate' && !seeking) passed?.(media, before, currentTime)
  }
  listenInRoots('playing timeupdate seeking ended', listener, signal)
}

/** A capture of ends, one event each. */
export const onEnds =
  <K extends Kind>(kind: K) =>
  (context: CaptureContext<MediaData<K>>): void =>
    follow(kind, context.signal, (media) => tell(context, media, Number.isFinite(media.duration) ? media.duration : media.currentTime))

/** A capture of the marks that playback passes, in percent of the length: each once per start and pass. */
export const onProgress =
  <K extends Kind>(kind: K, marks: readonly number[]) =>
  (context: CaptureContext<MediaData<K> & { progress: number }>): void => {
    const passed = (media: HTMLMediaElement, from: number, to: number) => {
      const done = passedMarks.get(media) ?? new Set()
      passedMarks.set(media, done)
      for (const progress of marks) {
        const place = (media.duration * progress) / 100
        const mark = progress + media.currentSrc
        if (from < place && to >= place && !done.has(mark)) tell(context, media, to, { progress })
        if (to >= place && from < place) done.add(mark)
      }
    }
    follow(kind, context.signal, (media) => passedMarks.delete(media), passed)
  }
