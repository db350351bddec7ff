import posthog from 'posthog-js'

posthog.init('phc_bench', {
  api_host: `${location.origin}/posthog`,
  autocapture: true,
  capture_pageview: 'history_change',
  capture_pageleave: true,
  enable_heatmaps: true,
  disable_session_recording: true,
  advanced_disable_flags: true,
  disable_external_dependency_loading: true,
  request_batching: true,
  // Else it takes a headless browser for a bot, and sends nothing.
  opt_out_useragent_filter: true,
})
