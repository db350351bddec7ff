import type { Capture } from '../definition.ts'
import { watchStarts } from '../dom/media.ts'
import type { videoPlay } from './schema.ts'

/** Starts of videos. */
export const capture: Capture<typeof videoPlay> = ({ emit, config, signal }) => {
  watchStarts('video', config, signal, ({ id, url, ...place }) => emit({ video_id: id, video_url: url, ...place }))
}
