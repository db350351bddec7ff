import type { Emit } from '../definition.ts'
import { cleanAddress } from './address.ts'
import { textOf } from './field.ts'
import { listenInRoots } from './roots.ts'
import { guard, source } from './view.ts'

type Kind = 'video' | 'audio'

/** What is told of a video or an audio at one moment; position and length in seconds. */
export type MediaData<K extends Kind> = { [Name in `${K}_id` | `${K}_url`]: string } & { position: number; length: number }

/** In percent of the length: each is told once per start and pass. */
const MARKS = [25, 50, 75] as const

// What plays outlives a page view: a video that goes on while the visitor moves inside the page has not started again.
const known = new WeakMap<HTMLMediaElement, { started: string; before: number; passed: Set<number> }>()

/**
 * Follows all that plays. A resume is no start, and what is jumped over has not been played. There is an end at that of the media, and at
 * that of each pass of a loop. Position and length in seconds.
 */
const onMedia = source<[type: string, media: HTMLMediaElement, position: number, length: number, progress?: number]>((tell) => {
  const listener = ({ type, target }: { type: string; target: unknown }) => {
    const media = target as HTMLMediaElement
    const { localName, currentSrc, currentTime, duration } = media
    const state = known.get(media) ?? { started: '', before: currentTime, passed: new Set() }
    known.set(media, state)
    const { before, passed } = state
    state.before = currentTime
    const length = duration < Number.POSITIVE_INFINITY ? duration : 0
    if (type === 'playing' && state.started !== currentSrc) {
      state.started = currentSrc
      tell(`${localName}_play`, media, currentTime, length)
    }
    const isOver = type === 'ended' || type === 'emptied'
    if (isOver) state.started = ''
    // A loop ends without `ended`: playback falls back from near the end to the beginning, as a seek of its own.
    const isPassed = media.loop && before > 0.75 * duration && currentTime < Math.min(1, duration / 4)
    if (isOver || isPassed) passed.clear()
    if (type === 'ended' || isPassed) tell(`${localName}_completion`, media, length || currentTime, length)
    else if (type === 'timeupdate' && !media.seeking)
      for (const mark of MARKS) {
        const place = (duration * mark) / 100
        // In this way round: of media that is not loaded yet the place is no number.
        if (!(before < place && currentTime >= place) || passed.has(mark)) continue
        passed.add(mark)
        tell(`${localName}_progress`, media, currentTime, length, mark)
      }
  }
  const look = (root: Document | ShadowRoot) => {
    for (const target of root.querySelectorAll<HTMLMediaElement>('video,audio'))
      if (!target.paused && target.readyState > 2) listener({ type: 'playing', target })
  }
  listenInRoots('playing timeupdate seeking ended emptied', listener, look)
  // Once all who ask have done so.
  queueMicrotask(guard(() => look(document)))
})

/** A capture of starts, ends or passed quarters of what is of one kind. */
export const captureMedia =
  <K extends Kind, More = unknown>(wanted: `${K}_play` | `${K}_completion` | `${K}_progress`) =>
  (emit: Emit<MediaData<K> & More>): void =>
    onMedia((type, media, position, length, progress) => {
      if (type !== wanted) return
      const kind = media.localName
      const told = { [`${kind}_id`]: textOf(media, 'id'), [`${kind}_url`]: cleanAddress(media.currentSrc), position, length }
      emit({ ...told, ...(progress && { progress }) } as never, media)
    })
