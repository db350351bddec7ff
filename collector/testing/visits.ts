import { eventTypes } from '@webwatch/events'
import type { EventRecord } from '../record.ts'

/** A source of numbers that is the same for the same seed: https://en.wikipedia.org/wiki/Xorshift */
export function seeded(seed: number) {
  let state = seed | 1
  const next = (): number => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
  const below = (limit: number): number => Math.floor(next() * limit)
  return { next, below, pick: <Item>(items: readonly Item[]): Item => items[below(items.length)]! }
}

type Random = ReturnType<typeof seeded>

interface Property {
  type?: string
  const?: string
  anyOf?: { const?: string; type?: string }[]
  minLength?: number
  minimum?: number
  maximum?: number
}

const texts = [
  '',
  'email',
  'straße 7',
  '名前',
  'مرحبا',
  '💥 "x", y=1',
  "d'oh",
  'a\\b',
  'naïve',
  'https://cdn.example/ä.js',
  'https://t.example/x?y=1',
  'pdf',
]
const targets = ['#buy', '#search', 'button[name="a, b=c"]', '🛒', 'a\\b c', ' #pad ']
const routes = ['https://shop.example/', 'https://shop.example/straße', 'https://shop.example/日本', 'https://shop.example/item/:id']
const referrers = ['', 'https://search.example/find?q=x', 'https://shop.example/', 'http://社会.example:8080/a']
const queries = ['', '?utm_source=news&utm_medium=mail', '?utm_source=b%C3%BCcher+x', '?a=1&utm_campaign=sale']

function valueFor(random: Random, name: string, { type, anyOf, minLength = 0, minimum = 0, maximum }: Property): unknown {
  if (name === 'target') return random.pick(targets)
  if (name === 'referrer') return random.pick(referrers)
  if (anyOf?.[0]?.const !== undefined) return random.pick(anyOf).const
  if (type === 'string') return random.pick(minLength > 0 ? texts.filter(Boolean) : texts)
  if (type === 'boolean') return random.next() < 0.6
  const top = Math.min(maximum ?? 2_000, 2_000)
  if (type === 'integer') return minimum + random.below(top - minimum + 1)
  if (type === 'number') return minimum + Math.round(random.next() * 1_000 * (top - minimum)) / 1_000
  return undefined
}

function dataOf(random: Random, type: string): Record<string, unknown> {
  const { data } = eventTypes.find((definition) => definition.type === type)!
  const required = new Set<string>(data.required as readonly string[])
  const entries = Object.entries(data.properties as Record<string, Property>).map(([name, property]) => {
    const given = required.has(name) || random.next() < 0.3
    return [name, given ? valueFor(random, name, property) : undefined] as const
  })
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined))
}

function uuidAt(random: Random, time: number): string {
  const hex = time.toString(16).padStart(12, '0')
  const digits = Array.from({ length: 18 }, () => random.below(16).toString(16)).join('')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7${digits.slice(0, 3)}-8${digits.slice(3, 6)}-${digits.slice(6)}`
}

/** What visits are made of. Times in ms since the epoch. */
export interface VisitsPlan {
  seed: number
  site: string
  from: number
  to: number
  visitors: number
}

function visitorFacts(random: Random) {
  return {
    device: random.pick(['desktop', 'mobile', 'tablet'] as const),
    browser: random.pick(['Chrome', 'Firefox', 'Safari']),
    os: random.pick(['Windows', 'macOS', 'Android']),
    country: random.pick(['DE', 'JP', 'unknown']),
    source: random.pick(['extension', 'script'] as const),
    context: {},
  }
}

function pageView(
  random: Random,
  at: number,
  shared: Omit<EventRecord, 'id' | 'type' | 'time' | 'seq' | 'url' | 'route' | 'page' | 'data'>,
): EventRecord[] {
  const route = random.pick(routes)
  const page = uuidAt(random, at)
  let seq = 0
  let time = at
  const event = (type: string): EventRecord => ({
    ...shared,
    id: uuidAt(random, time),
    type,
    time,
    seq: seq++,
    url: route + random.pick(queries),
    route,
    page,
    data: dataOf(random, type),
  })
  const events = [event('pageview')]
  for (let count = random.below(12); count > 0; count--) {
    // Some events share their ms.
    time += random.next() < 0.2 ? 0 : random.below(20_000)
    events.push(event(random.pick(eventTypes).type))
  }
  return events
}

/**
 * Visits with everything that makes numbers disagree: losses, numbers given twice, events in one ms, text of any script, visits that cross midnight,
 * late arrival in a random order, and corrected clocks.
 */
export function generateVisits({ seed, site, from, to, visitors }: VisitsPlan): EventRecord[] {
  const random = seeded(seed)
  const events: EventRecord[] = []
  for (let number = 0; number < visitors; number++) {
    const facts = visitorFacts(random)
    let time = from + random.below(to - from)
    const visitor = uuidAt(random, time)
    for (let visits = 1 + random.below(3); visits > 0 && time < to; visits--) {
      const skewed = random.next() < 0.1 && { skew: 600_000 }
      const shared = { ...facts, site, visitor, session: uuidAt(random, time), receivedAt: time + random.below(3_600_000), ...skewed }
      for (let views = 1 + random.below(4); views > 0; views--) {
        const seen = pageView(random, time, shared)
        events.push(...seen.filter(() => random.next() < 0.95))
        if (random.next() < 0.05) events.push({ ...seen.at(-1)!, id: uuidAt(random, time) })
        time = seen.at(-1)!.time + random.below(600_000)
      }
      time += random.below(4 * 86_400_000)
    }
  }
  return events.filter((event) => event.time < to).sort(() => random.next() - 0.5)
}
