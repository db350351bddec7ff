import { eventTypes, type TrackedEvent } from '@webwatch/events'
import { arrival, type Visitor } from './audience.ts'
import { type Entry, viewPage } from './page-view.ts'
import type { Random } from './random.ts'
import { sample } from './sample.ts'
import { entrances, shop } from './shop.ts'
import type { Happening } from './view.ts'

/** All that one visitor does between coming and leaving. */
export interface Visit {
  visitor: Visitor
  /** In the order in which they happen. */
  events: TrackedEvent[]
}

const MOST_PAGES = 15
/** How often a type happens in a view when the visitors here know only its schema. */
const UNKNOWN_TYPE_CHANCE = 0.1

/** Types that page views make by themselves. What is missing here still happens, with data that its schema allows. */
const performed = new Set(
  [
    'pageview click duration scroll mousemove hover form_submission field_focus field_blur idle_time video_play video_progress',
    'video_completion audio_play audio_completion download image_view web_vital js_error rage_click dead_click outbound_click copy',
    'form_abandonment custom',
  ].flatMap((line) => line.split(' ')),
)

function happenAnyway(random: Random, happenings: Happening[], start: number, end: number): void {
  for (const { type, data } of eventTypes) {
    if (performed.has(type) || !random.chance(UNKNOWN_TYPE_CHANCE)) continue
    happenings.push({ type, time: Math.round(random.between(start, end)), data: sample(random, data) as Record<string, unknown> })
  }
}

const reloads = (random: Random): Entry['kind'] =>
  random.weighted([['navigate', 70] as const, ['load', 22] as const, ['back_forward', 8] as const])

/** A visit that begins at that moment (ms since the epoch), page view after page view. */
export function visit(random: Random, visitor: Visitor, site: string, start: number): Visit {
  const origin = `https://${site}`
  const session = random.uuid(start)
  const { referrer, query } = arrival(random)
  const events: TrackedEvent[] = []
  let entry: Entry = { kind: 'load', referrer }
  let search = query
  let time = start
  let page = shop[random.weighted(entrances)]
  for (let count = 0; count < MOST_PAGES; count++) {
    const url = origin + page.path + search
    const { happenings, end, next } = viewPage(random, visitor, page, origin, time, entry)
    happenAnyway(random, happenings, time, end)
    const view = random.uuid(time)
    happenings
      .sort((a, b) => a.time - b.time)
      .forEach((happening, seq) => {
        events.push({ id: random.uuid(happening.time), ...happening, seq, site, url, page: view, session, visitor: visitor.id })
      })
    if (!next) break
    entry = { kind: reloads(random), referrer: url }
    search = ''
    page = shop[next]
    time = Math.round(end + random.between(100, 900))
  }
  return { visitor, events }
}
