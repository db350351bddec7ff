import type { View } from './view.ts'

/** Videos and audio that somebody starts, and how far they get. */
export function playMedia({ random, page, origin, engaged, happens }: View): void {
  for (const kind of ['video', 'audio'] as const) {
    const media = page[kind]
    if (!media || !random.chance(0.5)) continue
    const { id, file, length } = media
    const facts = { [`${kind}_id`]: id, [`${kind}_url`]: origin + file, length }
    const start = random.between(0.1, 0.4) * engaged
    const stop = random.chance(0.6) ? length : random.next() * length
    happens(`${kind}_play`, start, { ...facts, position: 0 })
    if (kind === 'video') {
      for (const progress of [25, 50, 75]) {
        const position = (progress / 100) * length
        if (stop >= position) happens('video_progress', start + position, { ...facts, progress, position })
      }
    }
    if (stop === length) happens(`${kind}_completion`, start + length, { ...facts, position: length })
  }
}
