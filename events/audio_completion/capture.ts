import type { Capture } from '../definition.ts'
import { captureMedia } from '../dom/media.ts'
import type { audioCompletion } from './schema.ts'

/** Ends of audios. */
export const capture: Capture<typeof audioCompletion> = captureMedia
