// Written by `npm run generate` from events/index.ts.
import type { Metric } from '../metric.ts'
import { metrics as pageview } from '../pageview/metrics.ts'
import { metrics as click } from '../click/metrics.ts'
import { metrics as duration } from '../duration/metrics.ts'
import { metrics as scroll } from '../scroll/metrics.ts'
import { metrics as mousemove } from '../mousemove/metrics.ts'
import { metrics as hover } from '../hover/metrics.ts'
import { metrics as formSubmission } from '../form_submission/metrics.ts'
import { metrics as fieldFocus } from '../field_focus/metrics.ts'
import { metrics as fieldBlur } from '../field_blur/metrics.ts'
import { metrics as idleTime } from '../idle_time/metrics.ts'
import { metrics as videoPlay } from '../video_play/metrics.ts'
import { metrics as videoCompletion } from '../video_completion/metrics.ts'
import { metrics as audioPlay } from '../audio_play/metrics.ts'
import { metrics as audioCompletion } from '../audio_completion/metrics.ts'
import { metrics as download } from '../download/metrics.ts'
import { metrics as imageView } from '../image_view/metrics.ts'
import { metrics as videoProgress } from '../video_progress/metrics.ts'
import { metrics as webVital } from '../web_vital/metrics.ts'
import { metrics as jsError } from '../js_error/metrics.ts'
import { metrics as rageClick } from '../rage_click/metrics.ts'
import { metrics as deadClick } from '../dead_click/metrics.ts'
import { metrics as outboundClick } from '../outbound_click/metrics.ts'
import { metrics as copy } from '../copy/metrics.ts'
import { metrics as formAbandonment } from '../form_abandonment/metrics.ts'
import { metrics as custom } from '../custom/metrics.ts'

/** The questions that the data of each event type answers. */
export const metricsOfTypes: Record<string, readonly Metric[]> = {
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
}
