import { randomBytes } from 'node:crypto'
import type { Batch, TrackedEvent } from '@webwatch/events'

/** A UUIDv7 of a moment (ms since the epoch). */
export function uuidV7(time = Date.now()): string {
  const hex = time.toString(16).padStart(12, '0') + randomBytes(10).toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

/** A click that fulfils its contract, with parts of it replaced. */
export const clickEvent = (parts: Partial<TrackedEvent> = {}): TrackedEvent => ({
  id: uuidV7(),
  type: 'click',
  time: Date.now(),
  seq: 0,
  site: 'shop.example',
  url: 'https://shop.example/item/12345?utm_source=mail',
  page: uuidV7(),
  session: uuidV7(),
  visitor: uuidV7(),
  data: { x: 1.5, y: 2, page_x: 1.5, page_y: 802, rel_x: 0.25, rel_y: 0.5, target: '#buy' },
  ...parts,
})

/** A batch around events. */
export const batchOf = (events: unknown[] = [clickEvent()], parts: Partial<Batch> = {}) => ({
  sentAt: Date.now(),
  source: 'api',
  version: '1.0.0',
  context: { language: 'de-DE', timeZone: 'Europe/Berlin', screen: '1920x1080', viewport: '1280x720' },
  events,
  ...parts,
})
