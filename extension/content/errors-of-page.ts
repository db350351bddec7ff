import type { ErrorReport } from '@webwatch/events/config.ts'
import type { ReportChannel } from '@webwatch/tracker'
import { ASK, OFFER, STOP } from './handover.ts'

/**
 * Passes on what the script in the page's own world sees. Where there is none, as in Firefox, whose content scripts see
 * errors themselves, nothing comes.
 */
export function relayPageErrors(reports: ReportChannel, signal: AbortSignal): void {
  const hear = ({ detail: channel }: CustomEvent<string>) => {
    const pass = (event: Event) => reports.tell('js_error', JSON.parse((event as CustomEvent<string>).detail) as ErrorReport)
    window.addEventListener(channel, pass, { signal })
    signal.addEventListener('abort', () => window.dispatchEvent(new Event(channel + STOP)))
  }
  window.addEventListener(OFFER, hear as (event: Event) => void, { once: true, signal })
  window.dispatchEvent(new Event(ASK))
}
