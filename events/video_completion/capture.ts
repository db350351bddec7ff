import type { Capture } from '../definition.ts'
import { captureMedia } from '../dom/media.ts'
import type { videoCompletion } from './schema.ts'

/** Ends of videos. */
export const capture: Capture<typeof videoCompletion> = captureMedia
