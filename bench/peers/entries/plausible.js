import { init } from '@plausible-analytics/tracker'

init({
  domain: 'bench.test',
  endpoint: '/plausible',
  captureOnLocalhost: true,
  outboundLinks: true,
  fileDownloads: true,
  formSubmissions: true,
})
