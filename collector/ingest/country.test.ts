import { Writable } from 'node:stream'
import { pino } from 'pino'
import { afterEach, describe, expect, it } from 'vitest'
import { embeddedBus } from '../bus/embedded.ts'
import { readConfig } from '../config.ts'
import { buildServer } from '../http/server.ts'
import { receiptBoard } from '../receipts/board.ts'
import type { EventRecord } from '../record.ts'
import { createTelemetry } from '../telemetry.ts'
import { batchOf, clickEvent } from '../testing/batch.ts'
import { countryOf } from './country.ts'
import { keyring } from './keys.ts'

describe('the country of a time zone', () => {
  it.each([
    ['Europe/Berlin', 'DE'],
    ['America/New_York', 'US'],
    ['Asia/Calcutta', 'IN'],
    ['UTC', 'unknown'],
    ['Nowhere/Land', 'unknown'],
    [undefined, 'unknown'],
  ])('%s: %s', (zone, country) => expect(countryOf(undefined, zone)).toBe(country))
})

describe('the country of an address', () => {
  it.each([
    ['193.99.144.80', 'DE'],
    ['133.11.0.1', 'JP'],
    ['2a02:2e0:3fe:1001:302::', 'DE'],
    ['::ffff:133.11.0.1', 'JP'],
  ])('%s: %s, whatever the time zone says', (address, country) => expect(countryOf(address, 'America/New_York')).toBe(country))

  it.each([
    '127.0.0.1',
    '::1',
    '10.1.2.3',
    '192.168.1.1',
    '172.16.0.9',
    '203.0.113.9',
    'fe80::1%eth0',
    '2001:db8::1',
    'not an address',
    '',
  ])('%s lies in none, so the time zone decides', (address) => expect(countryOf(address, 'Europe/Paris')).toBe('FR'))
})

describe('a batch from behind a proxy', () => {
  const closing: (() => Promise<unknown>)[] = []
  afterEach(() => Promise.all(closing.splice(0).map((close) => close())))

  /** What becomes of a batch with an X-Forwarded-For: the record, and everything that was logged. */
  async function taken(env: Record<string, string>, remoteAddress = '127.0.0.1'): Promise<{ record: EventRecord; said: string }> {
    const records: EventRecord[] = []
    let said = ''
    const bus = embeddedBus()
    bus.consume(async (delivered) => {
      records.push(...delivered)
      return new Set()
    })
    const log = pino(
      { level: 'trace' },
      new Writable({
        write(chunk, _encoding, done) {
          said += chunk
          done()
        },
      }),
    )
    const config = readConfig({ WRITE_KEYS: '*:key', ...env })
    const keys = keyring(config.keys, config.loopback)
    const app = await buildServer({
      config,
      log,
      telemetry: createTelemetry(),
      receipts: receiptBoard(),
      bus,
      keys,
      mayRead: keys.mayRead,
      stopping: new AbortController().signal,
    })
    closing.push(() => app.close())
    const headers = { authorization: 'Bearer key', 'content-type': 'application/json', 'x-forwarded-for': '133.11.0.1' }
    const answer = await app.inject({
      method: 'POST',
      url: '/v1/events',
      headers,
      remoteAddress,
      payload: JSON.stringify(batchOf([clickEvent()])),
    })
    expect(answer.statusCode).toBe(202)
    return { record: records[0]!, said }
  }

  it('is of the country that a trusted proxy names', async () => {
    expect((await taken({ TRUST_PROXY: 'true' })).record.country).toBe('JP')
  })

  it('is of its peer, whatever a header says, while no proxy is trusted', async () => {
    expect((await taken({}, '193.99.144.80')).record.country).toBe('DE')
    expect((await taken({})).record.country).toBe('DE')
    expect((await taken({ TRUST_PROXY: '10.0.0.0/8' }, '193.99.144.80')).record.country).toBe('DE')
  })

  it('leaves no address behind, in no record and no line of the log', async () => {
    const { record, said } = await taken({ TRUST_PROXY: 'true', LOG_LEVEL: 'trace' })
    expect(JSON.stringify(record)).not.toContain('133.11')
    expect(said).not.toContain('133.11')
  })
})
