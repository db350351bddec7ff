import type { ErrorReport } from '@webwatch/events/config.ts'
import { listen, onAbort } from '@webwatch/events/dom/listen.ts'
import type { ReportChannel } from '@webwatch/tracker'
import { ASK, OFFER, STOP } from './handover.ts'

/**
 * Passes on what the script in the page's own world sees. Where there is none, as in Firefox, whose content scripts see
 * errors themselves, nothing comes.
 */
export function relayPageErrors(reports: ReportChannel, signal: AbortSignal): void {
  const hear = ({ detail: channel }: CustomEvent<string>) => {
    listen<CustomEvent<string>>(channel, ({ detail }) => reports.tell('js_error', JSON.parse(detail) as ErrorReport), signal)
    onAbort(() => window.dispatchEvent(new Event(channel + STOP)), signal)
  }
  window.addEventListener(OFFER, hear as (event: Event) => void, { once: true, signal })
  window.dispatchEvent(new Event(ASK))
}
