import type { BatchContext } from '@webwatch/events/envelope.ts'

/** The part of https://tc39.es/proposal-temporal/ that is used here. */
interface WithTemporal {
  readonly Temporal?: { readonly Now?: { timeZoneId(): string } }
}

let timeZone: string | undefined

/** What the browser says of itself. */
export function browserContext(): BatchContext {
  // Asked for once, and of Temporal where there is one: Intl reads all that it knows of calendars for its first answer.
  timeZone ??= (globalThis as WithTemporal).Temporal?.Now?.timeZoneId() ?? Intl.DateTimeFormat().resolvedOptions().timeZone
  return {
    language: navigator.language,
    timeZone,
    screen: `${screen.width}x${screen.height}`,
    viewport: `${innerWidth}x${innerHeight}`,
    ...(navigator.webdriver && { webdriver: true }),
  }
}
