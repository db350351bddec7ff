import { isMasked } from '@webwatch/events/dom/target.ts'
import type { PageEvent } from '@webwatch/events/envelope.ts'
import { cleanUrl } from '@webwatch/events/url.ts'
import type { Transport } from '@webwatch/tracker'
import { defaultSettings, type TrackerSettings } from '@webwatch/tracker/settings.ts'

/** Types that speak of the page as a whole, and of nothing that is in it. */
const OF_THE_PAGE = /^(pageview|duration|idle_time|web_vital|js_error)$/

/** A transport that keeps everything back until the settings of the site are known. */
export interface HeldTransport extends Transport {
  /**
   * What the tracker is to be started with: it takes all that any settings could allow, and becomes the settings of the site
   * when these are known.
   */
  readonly settings: TrackerSettings
  /** Lets go what the settings of the site allow, as if they had been there from the start, and all that comes from now on. */
  settle(settings: TrackerSettings): void
}

/** What an event may tell under these settings: nothing, less than was taken, or all of it. */
function obey(event: PageEvent, about: Element | null | undefined, settings: TrackerSettings): PageEvent | undefined {
  const { type, data } = event
  const { disabled, maskSelectors } = settings
  if (disabled.includes(type) || isMasked(OF_THE_PAGE.test(type) ? window.frameElement : about, { maskSelectors })) return undefined
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
  let held: { event: PageEvent; about: Element | null | undefined }[] | undefined = []
  let about: Element | null | undefined
  /** How many numbers each view has not used: what is not told takes none, so that no gap looks like a loss. */
  const unused = new Map<string, number>()
  /** The address of the view, as it was taken and as it may be told. */
  let [taken, told] = ['', '']
  const pass = (event: PageEvent) => {
    if (event.url !== taken) [taken, told] = [event.url, cleanUrl(event.url, settings.allowedParameters)]
    transport.accept({ ...event, url: told, seq: event.seq - (unused.get(event.page) ?? 0) })
  }
  const settings: TrackerSettings = {
    ...defaultSettings,
    allowedParameters: ['*'],
    errorMessages: true,
    // Captures ask whether an element may be mentioned just before they mention it.
    asked(element) {
      about = element
    },
  }
  return {
    settings,
    accept(event) {
      if (held) held.push({ event, about })
      else pass(event)
    },
    leave() {
      if (!held) transport.leave()
    },
    settle(known) {
      Object.assign(settings, known, { asked: undefined })
      for (const { event, about } of held ?? []) {
        const allowed = obey(event, about, known)
        if (allowed) pass(allowed)
        else unused.set(event.page, (unused.get(event.page) ?? 0) + 1)
      }
      held = undefined
      about = undefined
    },
  }
}
