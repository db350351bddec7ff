import { type PrivacySignal, privacySignal } from '@webwatch/tracker/privacy-signal.ts'
import Form from 'react-bootstrap/Form'
import { settingsOf, type TrackedSite } from '../settings.ts'
import { tell } from './tell.ts'

const names: Record<PrivacySignal, string> = { gpc: 'Global Privacy Control', dnt: 'Do Not Track' }

/** Says that this browser asks not to be tracked, and lets its user choose whether that holds for a site that is on. */
export function PrivacyNotice({ name, site }: { name: string; site: TrackedSite }) {
  const signal = privacySignal()
  if (!signal) return null
  const settings = settingsOf(site)
  const { respectPrivacySignals } = settings
  const choose = (respect: boolean) =>
    void tell({ kind: 'configure', site: name, settings: { ...settings, respectPrivacySignals: respect } })
  return (
    <div className="px-3 py-2 small bg-info-subtle text-info-emphasis" data-testid="privacy-signal" data-signal={signal} role="note">
      This browser sends {names[signal]}.{' '}
      {respectPrivacySignals
        ? 'Nothing is captured here while it does.'
        : 'You have switched this site on, so it is captured all the same.'}
      <Form.Check
        type="switch"
        id="obey-signal"
        data-testid="obey-signal"
        label="Obey it on this site"
        checked={respectPrivacySignals}
        onChange={(event) => choose(event.currentTarget.checked)}
      />
    </div>
  )
}
