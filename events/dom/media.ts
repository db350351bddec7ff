import type { Emit } from '../definition.ts'
import { cleanAddress } from './address.ts'
import { textOf } from './field.ts'
import { listenInRoots } from './roots.ts'
import { guard, source } from './view.ts'

/** In percent of the length: each is told once per start and pass. */
const MARKS = [25, 50, 75] as const

/** So many seconds from its end, or a quarter of it, a loop may be when it is last looked at in a pass, and from its beginning in the next. */
const NEAR = 2

// What plays outlives a page view: a video that goes on while the visitor moves inside the page has not started again.
const known = new WeakMap<HTMLMediaElement, { started?: string; before: number; passed: Set<number> }>()

/**
 * Follows all that plays. A resume is no start, and what is jumped over has not been played. There is an end at that of the media, and at
 * that of each pass of a loop. Position and length in seconds.
 */
const onMedia = source<[type: string, media: HTMLMediaElement, position: number, length: number, progress?: number]>((tell) => {
  const listener = ({ type, target: media }: { type: string; target: HTMLMediaElement }) => {
    const { localName, currentSrc, currentTime, duration, seeking } = media
    const state = known.get(media) ?? { before: currentTime, passed: new Set() }
    known.set(media, state)
    const { before, passed } = state
    state.before = currentTime
    const length = duration < Number.POSITIVE_INFINITY ? duration : 0
    // Told from where it stands: of what is paused and taken to its end there is no such event, and each of the two says so in one browser alone.
    const isAtEnd = !seeking && (media.ended || (currentTime >= duration && !media.loop))
    if (type === 'playing' && !isAtEnd && state.started !== currentSrc) {
      state.started = currentSrc
      tell(`${localName}_play`, media, currentTime, length)
    }
    const isEnded = isAtEnd && state.started === currentSrc
    if (isEnded || type === 'emptied') known.delete(media)
    // A loop ends without `ended`: playback falls back from near the end to the beginning, as a seek of its own.
    const near = Math.min(NEAR, duration / 4)
    const isPassed = media.loop && before > duration - near && currentTime < near
    if (isPassed) passed.clear()
    if (isEnded || isPassed) tell(`${localName}_completion`, media, length || currentTime, length)
    else if (type === 'timeupdate' && !seeking)
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
  listenInRoots<Event & { target: HTMLMediaElement }>('playing timeupdate seeking ended emptied', listener, look)
  // Once all who ask have done so.
  queueMicrotask(guard(() => look(document)))
})

/** Captures what is told of videos or audios by the name of its type: starts, ends, or passed quarters. Position and length in seconds. */
export function captureMedia<Data>(emit: Emit<Data>, wanted: string): void {
  onMedia((type, media, position, length, progress) => {
    if (type !== wanted) return
    const kind = media.localName
    const told = { [`${kind}_id`]: textOf(media, 'id'), [`${kind}_url`]: cleanAddress(media.currentSrc), position, length }
    emit({ ...told, ...(progress && { progress }) } as Data, media)
  })
}
