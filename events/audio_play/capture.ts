import type { Capture } from '../definition.ts'
import { captureMedia } from '../dom/media.ts'
import type { audioPlay } from './schema.ts'

/** Starts of audios. */
export const capture: Capture<typeof audioPlay> = captureMedia
