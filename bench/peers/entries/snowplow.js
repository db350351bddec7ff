import { ButtonClickTrackingPlugin, enableButtonClickTracking } from '@snowplow/browser-plugin-button-click-tracking'
import { enableFormTracking, FormTrackingPlugin } from '@snowplow/browser-plugin-form-tracking'
import { enableLinkClickTracking, LinkClickTrackingPlugin } from '@snowplow/browser-plugin-link-click-tracking'
import { enableActivityTracking, newTracker, trackPageView } from '@snowplow/browser-tracker'

newTracker('bench', location.origin, {
  appId: 'bench',
  plugins: [LinkClickTrackingPlugin(), FormTrackingPlugin(), ButtonClickTrackingPlugin()],
})
enableActivityTracking({ minimumVisitLength: 5, heartbeatDelay: 5 })
enableLinkClickTracking()
enableFormTracking()
enableButtonClickTracking()
trackPageView()
