import type { Capture } from '../definition.ts'
import { watchEnds } from '../dom/media.ts'
import type { audioCompletion } from './schema.ts'

/** Ends of audios. */
export const capture: Capture<typeof audioCompletion> = ({ emit, config, signal }) => {
  watchEnds('audio', config, signal, ({ id, url, ...place }) => emit({ audio_id: id, audio_url: url, ...place }))
}
