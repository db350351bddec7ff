import type { Capture } from '../definition.ts'
import { watchStarts } from '../dom/media.ts'
import type { audioPlay } from './schema.ts'

/** Starts of audios. */
export const capture: Capture<typeof audioPlay> = ({ emit, config, signal }) => {
  watchStarts('audio', config, signal, ({ id, url, ...place }) => emit({ audio_id: id, audio_url: url, ...place }))
}
