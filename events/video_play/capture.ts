import type { Capture } from '../definition.ts'
import { captureMedia } from '../dom/media.ts'
import type { videoPlay } from './schema.ts'

/** Starts of videos. */
export const capture: Capture<typeof videoPlay> = captureMedia
