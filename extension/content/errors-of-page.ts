import type { ErrorReport } from '@webwatch/events/config.ts'
import { listen } from '@webwatch/events/dom/listen.ts'
import { controller } from '@webwatch/events/dom/view.ts'
import { report } from '@webwatch/tracker'
import { ASK, OFFER, STOP } from './handover.ts'

/** What the script in the page's own world sees. Where there is none, as in Firefox, whose content scripts see errors themselves, nothing comes. */
export interface PageErrors {
  /** Passes errors on for as long as the page view lasts. */
  relay(): void
  /** Has the other script let go of everything. */
  stop(): void
}

/** Finds the script in the page's own world. */
export function findPageErrors(): PageErrors {
  let channel: string | undefined
  const relay = () => {
    if (channel)
      listen<CustomEvent<string>>(channel, ({ detail }) =>
        report('js_error', ...(Object.values(JSON.parse(detail)) as unknown as ErrorReport)),
      )
  }
  const hear = ({ detail }: CustomEvent<string>) => {
    channel = detail
    relay()
  }
  addEventListener(OFFER, hear as (event: Event) => void, { once: true, signal: controller.signal })
  dispatchEvent(new Event(ASK))
  return {
    relay,
    stop() {
      if (channel) dispatchEvent(new Event(channel + STOP))
    },
  }
}
