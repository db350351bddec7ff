// Written by `npm run generate` from events/index.ts.
import type { Example } from '../example.ts'
import { examples as pageview } from '../pageview/examples.ts'
import { examples as click } from '../click/examples.ts'
import { examples as duration } from '../duration/examples.ts'
import { examples as scroll } from '../scroll/examples.ts'
import { examples as mousemove } from '../mousemove/examples.ts'
import { examples as hover } from '../hover/examples.ts'
import { examples as formSubmission } from '../form_submission/examples.ts'
import { examples as fieldFocus } from '../field_focus/examples.ts'
import { examples as fieldBlur } from '../field_blur/examples.ts'
import { examples as idleTime } from '../idle_time/examples.ts'
import { examples as videoPlay } from '../video_play/examples.ts'
import { examples as videoCompletion } from '../video_completion/examples.ts'
import { examples as audioPlay } from '../audio_play/examples.ts'
import { examples as audioCompletion } from '../audio_completion/examples.ts'
import { examples as download } from '../download/examples.ts'
import { examples as imageView } from '../image_view/examples.ts'
import { examples as videoProgress } from '../video_progress/examples.ts'
import { examples as webVital } from '../web_vital/examples.ts'
import { examples as jsError } from '../js_error/examples.ts'
import { examples as rageClick } from '../rage_click/examples.ts'
import { examples as deadClick } from '../dead_click/examples.ts'
import { examples as outboundClick } from '../outbound_click/examples.ts'
import { examples as copy } from '../copy/examples.ts'
import { examples as formAbandonment } from '../form_abandonment/examples.ts'
import { examples as custom } from '../custom/examples.ts'

/** What a visitor does, and the events that follow, by event type. */
export const examples: Record<string, readonly Example[]> = {
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
