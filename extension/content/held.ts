import { isMasked } from '@webwatch/events/dom/target.ts'
import type { PageEvent } from '@webwatch/events/envelope.ts'
import { cleanUrl } from '@webwatch/events/url.ts'
import type { Transport } from '@webwatch/tracker'
import { IDLE_SECONDS, type TrackerSettings } from '@webwatch/tracker/settings.ts'

/** A transport that keeps everything back until the settings of the site are known. */
export interface HeldTransport extends Transport {
  /**
   * What the tracker is to be started with: it takes all that any settings could allow, and becomes the settings of the site
   * when these are known.
   */
  readonly settings: TrackerSettings
  /**
   * Lets go what the settings of the site allow, as if they had been there from the start, and all that comes from now on. Later
   * ones hold from then on.
   */
  settle(settings: TrackerSettings): void
}

/** What an event may tell under these settings: nothing, less than was taken, or all of it. */
function obey(event: PageEvent, about: Element | null | undefined, settings: TrackerSettings): PageEvent | undefined {
  const { type, data } = event
  if (settings.disabled.includes(type) || isMasked(about)) return undefined
  const allowed = Object.entries(data as Record<string, unknown>)
    .filter(([name]) => settings.errorMessages || type !== 'js_error' || name !== 'message')
    .map(([name, value]) => [name, /(^referrer|_url)$/.test(name) ? cleanUrl(value as string, settings.allowedParameters) : value])
  return { ...event, data: Object.fromEntries(allowed) }
}

/**
 * Puts the site's settings before a transport: asking for them takes longer than an early click. Until they are here nothing
 * leaves the document.
 */
export function holdBack(transport: Transport): HeldTransport {
  let held: Parameters<Transport['take']>[] | undefined = []
  /** The next number in each view: what is not told takes none, so that no gap looks like a loss. */
  const next = new Map<string, number>()
  /** The address of the view, as it was taken and as it may be told. */
  let [taken, told] = ['', '']
  const pass = (event: PageEvent, about: Element | null | undefined) => {
    if (event.url !== taken) [taken, told] = [event.url, cleanUrl(event.url, settings.allowedParameters)]
    const seq = next.get(event.page) ?? 0
    next.set(event.page, seq + 1)
    transport.take({ ...event, url: told, seq }, about)
  }
  const settings: TrackerSettings = {
    idleSeconds: IDLE_SECONDS,
    allowedParameters: ['*'],
    maskSelectors: [],
    errorMessages: true,
    disabled: [],
  }
  return {
    settings,
    take(event, about) {
      if (held) held.push([event, about])
      else pass(event, about)
    },
    leave() {
      if (!held) transport.leave()
    },
    settle(known) {
      Object.assign(settings, known)
      for (const [event, about] of held ?? []) {
        const allowed = obey(event, about, known)
        if (allowed) pass(allowed, about)
      }
      held = undefined
    },
  }
}
