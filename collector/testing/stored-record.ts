import type { EventRecord } from '../record.ts'
import { clickEvent } from './batch.ts'

/** A click as a store gets it, with parts of it replaced. */
export const storedRecord = (parts: Partial<EventRecord> = {}): EventRecord => ({
  ...clickEvent(),
  route: 'https://shop.example/item/:id',
  device: 'desktop',
  browser: 'Chrome',
  os: 'Linux',
  country: 'DE',
  source: 'api',
  receivedAt: 1_767_225_600_500,
  context: { language: 'de' },
  ...parts,
})
