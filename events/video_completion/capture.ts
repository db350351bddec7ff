import type { Capture } from '../definition.ts'
import { watchEnds } from '../dom/media.ts'
import type { videoCompletion } from './schema.ts'

/** Ends of videos. */
export const capture: Capture<typeof videoCompletion> = ({ emit, config, signal }) => {
  watchEnds('video', config, signal, ({ id, url, ...place }) => emit({ video_id: id, video_url: url, ...place }))
}
