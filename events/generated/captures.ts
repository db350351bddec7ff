// Written by `npm run generate` from events/index.ts.
import { capture as pageview } from '../pageview/capture.ts'
import { capture as click } from '../click/capture.ts'
import { capture as duration } from '../duration/capture.ts'
import { capture as scroll } from '../scroll/capture.ts'
import { capture as mousemove } from '../mousemove/capture.ts'
import { capture as hover } from '../hover/capture.ts'
import { capture as formSubmission } from '../form_submission/capture.ts'
import { capture as fieldFocus } from '../field_focus/capture.ts'
import { capture as fieldBlur } from '../field_blur/capture.ts'
import { capture as idleTime } from '../idle_time/capture.ts'
import { capture as videoPlay } from '../video_play/capture.ts'
import { capture as videoCompletion } from '../video_completion/capture.ts'
import { capture as audioPlay } from '../audio_play/capture.ts'
import { capture as audioCompletion } from '../audio_completion/capture.ts'
import { capture as download } from '../download/capture.ts'
import { capture as imageView } from '../image_view/capture.ts'
import { capture as videoProgress } from '../video_progress/capture.ts'
import { capture as webVital } from '../web_vital/capture.ts'
import { capture as jsError } from '../js_error/capture.ts'
import { capture as rageClick } from '../rage_click/capture.ts'
import { capture as deadClick } from '../dead_click/capture.ts'
import { capture as outboundClick } from '../outbound_click/capture.ts'
import { capture as copy } from '../copy/capture.ts'
import { capture as formAbandonment } from '../form_abandonment/capture.ts'
import { capture as custom } from '../custom/capture.ts'

/** How a page produces each event type. */
export const captures = {
  pageview: pageview,
  click: click,
  duration: duration,
  scroll: scroll,
  mousemove: mousemove,
  hover: hover,
  form_submission: formSubmission,
  field_focus: fieldFocus,
  field_blur: fieldBlur,
  idle_time: idleTime,
  video_play: videoPlay,
  video_completion: videoCompletion,
  audio_play: audioPlay,
  audio_completion: audioCompletion,
  download: download,
  image_view: imageView,
  video_progress: videoProgress,
  web_vital: webVital,
  js_error: jsError,
  rage_click: rageClick,
  dead_click: deadClick,
  outbound_click: outboundClick,
  copy: copy,
  form_abandonment: formAbandonment,
  custom: custom,
} as const
