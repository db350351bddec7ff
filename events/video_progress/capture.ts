import type { Capture } from '../definition.ts'
import { captureMedia } from '../dom/media.ts'
import type { videoProgress } from './schema.ts'

/** Quarters that videos have passed. */
export const capture: Capture<typeof videoProgress> = captureMedia
