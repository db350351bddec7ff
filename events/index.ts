import { audioCompletion } from './audio_completion/schema.ts'
import { audioPlay } from './audio_play/schema.ts'
import { click } from './click/schema.ts'
import { copy } from './copy/schema.ts'
import { custom } from './custom/schema.ts'
import { deadClick } from './dead_click/schema.ts'
import { download } from './download/schema.ts'
import { duration } from './duration/schema.ts'
import { fieldBlur } from './field_blur/schema.ts'
import { fieldFocus } from './field_focus/schema.ts'
import { formAbandonment } from './form_abandonment/schema.ts'
import { formSubmission } from './form_submission/schema.ts'
import { hover } from './hover/schema.ts'
import { idleTime } from './idle_time/schema.ts'
import { imageView } from './image_view/schema.ts'
import { jsError } from './js_error/schema.ts'
import { mousemove } from './mousemove/schema.ts'
import { outboundClick } from './outbound_click/schema.ts'
import { pageview } from './pageview/schema.ts'
import { rageClick } from './rage_click/schema.ts'
import { scroll } from './scroll/schema.ts'
import { videoCompletion } from './video_completion/schema.ts'
import { videoPlay } from './video_play/schema.ts'
import { videoProgress } from './video_progress/schema.ts'
import { webVital } from './web_vital/schema.ts'

/** Every event type, in the order in which people meet them. */
export const eventTypes = [
  pageview,
  click,
  duration,
  scroll,
  mousemove,
  hover,
  formSubmission,
  fieldFocus,
  fieldBlur,
  idleTime,
  videoPlay,
  videoCompletion,
  audioPlay,
  audioCompletion,
  download,
  imageView,
  videoProgress,
  webVital,
  jsError,
  rageClick,
  deadClick,
  outboundClick,
  copy,
  formAbandonment,
  custom,
] as const

/** One of the definitions above. */
export type AnyEventType = (typeof eventTypes)[number]
/** The name of an event type: what `type` may be. */
export type EventName = AnyEventType['type']

export type { Batch, BatchContext, PageEvent, Source, TrackedEvent } from './envelope.ts'
export { EventId, MAX_BATCH_EVENTS } from './envelope.ts'
