import type { BatchContext } from '@webwatch/events'
import type { Random } from './random.ts'

/** A browser on a device, as a collector sees it. */
interface Client {
  userAgent: string
  screen: string
  viewport: readonly [width: number, height: number]
  /** Whether its owner points with a mouse. */
  mouse: boolean
}

/** Somebody who visits a site, now and perhaps again. */
export interface Visitor extends Client {
  id: string
  context: BatchContext
}

/** How somebody came: what the first page view says. */
export interface Arrival {
  referrer: string
  /** Query of the landing page, with its question mark; empty when it has none. */
  query: string
}

const mozilla = 'Mozilla/5.0'
const webKit = 'AppleWebKit/537.36 (KHTML, like Gecko)'
const client = (userAgent: string, screen: string, width: number, height: number, mouse: boolean): Client => ({
  userAgent: `${mozilla} ${userAgent}`,
  screen,
  viewport: [width, height],
  mouse,
})

const clients: readonly (readonly [Client, number])[] = [
  [client(`(Windows NT 10.0; Win64; x64) ${webKit} Chrome/141.0.0.0 Safari/537.36`, '1920x1080', 1903, 969, true), 30],
  [client(`(Macintosh; Intel Mac OS X 10_15_7) ${webKit} Chrome/141.0.0.0 Safari/537.36`, '1512x982', 1512, 831, true), 10],
  [client(`(Windows NT 10.0; Win64; x64) ${webKit} Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0`, '1536x864', 1521, 703, true), 8],
  [client('(X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0', '2560x1440', 1280, 1287, true), 6],
  [
    client(
      '(Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15',
      '1440x900',
      1440,
      764,
      true,
    ),
    7,
  ],
  [
    client(
      '(iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1',
      '393x852',
      393,
      659,
      false,
    ),
    18,
  ],
  [client(`(Linux; Android 15; Pixel 9) ${webKit} Chrome/141.0.0.0 Mobile Safari/537.36`, '412x915', 412, 785, false), 17],
  [
    client(
      '(iPad; CPU OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1',
      '834x1194',
      834,
      1094,
      false,
    ),
    4,
  ],
]

/** Time zones with a language, and out of a hundred visitors how many. */
const places: readonly (readonly [readonly [zone: string, language: string], number])[] = [
  [['Europe/Berlin', 'de-DE'], 30],
  [['America/New_York', 'en-US'], 14],
  [['America/Los_Angeles', 'en-US'], 8],
  [['Europe/London', 'en-GB'], 12],
  [['Europe/Paris', 'fr-FR'], 9],
  [['Europe/Vienna', 'de-AT'], 6],
  [['Europe/Zurich', 'de-CH'], 5],
  [['Asia/Tokyo', 'ja-JP'], 5],
  [['America/Sao_Paulo', 'pt-BR'], 4],
  [['Asia/Kolkata', 'en-IN'], 4],
  [['Australia/Sydney', 'en-AU'], 3],
]

const arrivals: readonly (readonly [Arrival, number])[] = [
  [{ referrer: '', query: '' }, 36],
  [{ referrer: 'https://www.google.com/', query: '' }, 28],
  [{ referrer: 'https://www.google.com/', query: '?utm_source=google&utm_medium=cpc&utm_campaign=autumn-teas' }, 8],
  [{ referrer: '', query: '?utm_source=newsletter&utm_medium=email&utm_campaign=november' }, 10],
  [{ referrer: 'https://duckduckgo.com/', query: '' }, 6],
  [{ referrer: 'https://www.bing.com/', query: '' }, 4],
  [{ referrer: 'https://www.instagram.com/', query: '?utm_source=instagram&utm_medium=social&utm_campaign=matcha' }, 5],
  [{ referrer: 'https://news.ycombinator.com/', query: '' }, 3],
]

/** A visitor who comes for the first time at that moment (ms since the epoch). */
export function newVisitor(random: Random, time: number): Visitor {
  const own = random.weighted(clients)
  const [timeZone, language] = random.weighted(places)
  const context = { language, timeZone, screen: own.screen, viewport: own.viewport.join('x') }
  return { ...own, id: random.uuid(time), context }
}

/** Where a visit comes from. */
export const arrival = (random: Random): Arrival => random.weighted(arrivals)
