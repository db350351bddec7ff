const wanted = new URLSearchParams(location.search).get('tracker') === 'script'

/** The same address, with the choice of the script tag carried along. */
export function keepChoice(address) {
  if (!wanted) return address
  const url = new URL(address, location.href)
  if (url.origin !== location.origin || !url.pathname.startsWith('/demo/')) return address
  url.searchParams.set('tracker', 'script')
  return url.pathname + url.search + url.hash
}

function carryAlong(event) {
  const link = event.target instanceof Element ? event.target.closest('a[href]:not([download])') : null
  if (link) link.href = keepChoice(link.getAttribute('href'))
}

/**
 * Loads the script-tag tracker when the address says `?tracker=script`, as a site would with
 * `<script src="/tracker.js" data-site="…" async></script>`, and keeps that choice across the shop's links.
 */
export function loadTracker() {
  if (!wanted) return
  const script = document.createElement('script')
  script.src = '/tracker.js'
  script.async = true
  script.dataset.site = location.hostname
  const parameters = new URLSearchParams(location.search)
  for (const name of ['key', 'flush-ms', 'idle-seconds', 'collector', 'consent', 'respect-privacy-signals'])
    if (parameters.has(name)) script.setAttribute(`data-${name}`, parameters.get(name))
  document.head.append(script)
  document.addEventListener('pointerdown', carryAlong, { capture: true })
  document.addEventListener('click', carryAlong, { capture: true })
}

export const trackedBy = wanted ? 'the script tag' : 'the extension, where it is switched on'
/** This page with the other choice. */
export const otherChoice = wanted
  ? { href: location.pathname, text: 'Without the script tag' }
  : { href: `${location.pathname}?tracker=script`, text: 'Try it with the script tag' }
