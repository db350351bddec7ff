import { REPORT_EVERY } from '@webwatch/events/duration/cadence.ts'
import type { Arrival, Visitor } from './audience.ts'
import { fillForm } from './form.ts'
import { playMedia } from './media.ts'
import { point } from './pointer.ts'
import type { Random } from './random.ts'
import type { Page, PageName } from './shop.ts'
import type { Happening, View } from './view.ts'

/** How a view came about. */
export interface Entry {
  kind: 'load' | 'navigate' | 'back_forward'
  referrer: Arrival['referrer']
}

/** A finished view. */
export interface PageView {
  happenings: Happening[]
  /** ms since the epoch. */
  end: number
  /** The page that follows; none when the visit ends here. */
  next?: PageName
}

/** A typical value of each, in ms, but for CLS. */
const vitals = [
  ['TTFB', 380],
  ['FCP', 1200],
  ['LCP', 1900],
  ['CLS', 0.04],
  ['INP', 110],
] as const

function load({ random, happens, engaged, visitor }: View): void {
  // Phones are slower.
  const factor = visitor.mouse ? 1 : 1.5
  for (const [name, typical] of vitals) {
    const raw = random.duration(typical * factor, 0.55)
    const value = name === 'CLS' ? Number(raw.toFixed(4)) : Math.round(raw)
    happens('web_vital', name === 'CLS' || name === 'INP' ? engaged : Math.min(engaged, value / 1000), { name, value })
  }
}

function scroll({ random, page, engaged, happens }: View): number {
  if (page.length <= 1 || random.chance(0.2)) return 0
  const deepest = Math.min(100, Math.round(random.duration(45, 0.6)))
  let depth = 0
  for (let after = random.between(1, 4); after < engaged && depth < deepest; after += random.duration(4)) {
    depth = Math.min(deepest, depth + random.integer(4, 28))
    happens('scroll', after, { scroll_percentage: depth })
  }
  return depth
}

function look({ random, page, origin, engaged, happens }: View, depth: number): void {
  page.images?.forEach(([file, alt], index, images) => {
    const seen = depth >= (index / images.length) * 100 && random.chance(0.9)
    if (seen && engaged > 1.5) happens('image_view', random.between(1, engaged), { image_url: origin + file, alt })
  })
}

function take({ random, page, origin, engaged, happens }: View): void {
  for (const [file, extension] of page.downloads ?? []) {
    if (random.chance(0.12)) happens('download', random.between(0.5, 1) * engaged, { download_url: origin + file, extension })
  }
  for (const [index, link_url] of (page.outbound ?? []).entries()) {
    if (random.chance(0.25)) happens('outbound_click', engaged, { link_url, target: `[data-testid="source-${index + 1}"]` })
  }
  if (random.chance(0.03)) happens('copy', random.next() * engaged, { length: random.integer(8, 240), target: 'main > p' })
}

function fail({ random, origin, engaged, happens }: View): void {
  if (!random.chance(0.05)) return
  const [file, line, column] = random.pick([
    ['/scripts/cart.js', 18, 7],
    ['/scripts/products.js', 61, 22],
    ['/scripts/stepper.js', 9, 31],
  ] as const)
  happens('js_error', random.next() * engaged, { kind: random.pick(['uncaught', 'unhandled']), script_url: origin + file, line, column })
}

function say({ random, page, engaged, happens }: View): void {
  const name = { '/cart': 'cart_changed', '/order': 'order_placed' }[page.path]
  if (name) happens('custom', Math.min(1, engaged), { name, properties: { items: random.integer(1, 5), value: random.integer(12, 180) } })
}

/** The engaged time of a view as it grows, and the stretch without a sign of the visitor that a view may have in it. Gives the length of the view in seconds. */
function stay({ random, engaged, happens }: View): number {
  const idle = random.chance(0.06) ? random.between(60, 300) : 0
  const away = idle > 0 ? random.next() * engaged : engaged
  if (idle > 0) happens('idle_time', away + idle, { duration: Number(idle.toFixed(3)) })
  const elapsed = (time: number) => time + (time > away ? idle : 0)
  const told = (time: number) =>
    happens('duration', elapsed(time), { duration: Number(time.toFixed(3)), elapsed: Number(elapsed(time).toFixed(3)) })
  const step = REPORT_EVERY / 1000
  for (let time = step; time < engaged; time += step) told(time)
  told(engaged)
  return engaged + idle
}

function goOn({ random, page, engaged, happens }: View, clickOn: (selector: string, after: number) => void): PageName | undefined {
  const step = random.weighted([[undefined, page.leave] as const, ...page.links.map((link) => [link, link[2]] as const)])
  if (!step) return undefined
  const [name, selector] = step
  clickOn(selector, engaged)
  if (name === 'cart' && selector === '#add-to-cart')
    happens('custom', engaged, { name: 'added_to_cart', properties: { value: random.integer(8, 90) } })
  return name
}

/** Makes up one view of a page, from its beginning to the click that leads to the next. */
export function viewPage(random: Random, visitor: Visitor, page: Page, origin: string, start: number, entry: Entry): PageView {
  const happenings: Happening[] = []
  const engaged = Math.min(600, random.duration(9 + 7 * page.length, 0.8))
  const happens: View['happens'] = (type, after, data) => happenings.push({ type, time: Math.round(start + after * 1000), data })
  const view: View = { random, visitor, page, origin, start, engaged, happens }
  happens('pageview', 0, { referrer: entry.referrer, title: page.title, kind: entry.kind })
  if (entry.kind === 'load') load(view)
  look(view, scroll(view))
  const clickOn = point(view)
  playMedia(view)
  fillForm(view)
  take(view)
  fail(view)
  say(view)
  const next = goOn(view, clickOn)
  const end = start + stay(view) * 1000
  happenings.sort((a, b) => a.time - b.time)
  return { happenings, end, ...(next && { next }) }
}
