import Form from 'react-bootstrap/Form'
import { browser } from '../adapters/browser.ts'
import type { Site } from '../site.ts'
import { tell } from './tell.ts'

/** Asks for the one site, then switches it on. The question must come first: the browser wants it right after the click. */
async function switchSite(site: Site, on: boolean): Promise<void> {
  if (!on) return tell({ kind: 'switch-off', site: site.name })
  const intent = tell({ kind: 'intend', site })
  const isGranted = await browser.permissions.request({ origins: [site.pattern] })
  await intent
  await tell(isGranted ? { kind: 'switch-on', site } : { kind: 'intend', site: null })
}

/** The switch of the site, and the way to the options. */
export function SiteToggle({ site, isOn }: { site: Site | undefined; isOn: boolean }) {
  return (
    <header className="d-flex align-items-center gap-2 px-3 py-2">
      <img src={isOn ? '/extension/icons/on-48.png' : '/extension/icons/off-48.png'} width="28" height="28" alt="" />
      <div className="flex-grow-1 overflow-hidden">
        <div className="fw-semibold text-truncate">{site?.name ?? 'No site to track here'}</div>
        <div className="small text-body-secondary">{isOn ? 'Tracking is on' : 'Tracking is off'}</div>
      </div>
      <Form.Check
        type="switch"
        id="site-toggle"
        data-testid="site-toggle"
        className="fs-5"
        aria-label={`Track ${site?.name ?? 'this site'}`}
        disabled={!site}
        checked={isOn}
        onChange={(event) => site && void switchSite(site, event.currentTarget.checked)}
      />
      <button type="button" className="btn btn-sm btn-link px-1" onClick={() => void browser.runtime.openOptionsPage()}>
        Options
      </button>
    </header>
  )
}
