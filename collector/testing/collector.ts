import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Logger, pino } from 'pino'
import { expect } from 'vitest'
import { type Collector, startCollector } from '../collector.ts'
import { readConfig } from '../config.ts'
import type { BatchAnswer } from '../ingest/routes.ts'
import type { Receipt } from '../receipts/receipt.ts'
import type { EventsPage } from '../sink/sink.ts'
import { eventually } from './eventually.ts'

/** An answer, with every property that a JSON body of ours can have. */
export interface TestAnswer {
  status: number
  headers: Headers
  body: Partial<BatchAnswer> & Partial<EventsPage> & { receipts?: Receipt[] } & { error?: { code: string; message: string } }
}

/** A collector on a free port with a data directory of its own, and the ways in which tests talk to it. */
export interface TestCollector extends Collector {
  dataDir: string
  post(body: unknown, headers?: Record<string, string>, path?: string): Promise<TestAnswer>
  get(path: string, headers?: Record<string, string>): Promise<TestAnswer>
}

const read = async (response: Response): Promise<TestAnswer> => {
  const text = await response.text()
  const body = response.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text
  return { status: response.status, headers: response.headers, body }
}

/** Starts one; strings and buffers are posted as they are, everything else as JSON. */
export async function testCollector(env: Record<string, string> = {}, log?: Logger): Promise<TestCollector> {
  const dataDir = env.DATA_DIR ?? (await mkdtemp(join(tmpdir(), 'webwatch-collector-')))
  const config = readConfig({ SERVER_PORT: '0', LOG_LEVEL: 'warn', DATA_DIR: dataDir, ...env })
  const collector = await startCollector(config, log ?? pino({ level: config.logLevel }))
  const url = collector.url.replace('0.0.0.0', '127.0.0.1')
  return {
    ...collector,
    url,
    dataDir,
    async post(body, headers = {}, path = '/v1/events') {
      const raw = typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body)
      return read(
        await fetch(url + path, { method: 'POST', body: raw as BodyInit, headers: { 'content-type': 'application/json', ...headers } }),
      )
    },
    get: async (path, headers = {}) => read(await fetch(url + path, { headers })),
    async close() {
      await collector.close()
      if (!env.DATA_DIR) await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** Starts one, and waits until all its parts are there. */
export async function readyCollector(env: Record<string, string>): Promise<TestCollector> {
  const collector = await testCollector(env)
  await eventually(
    () => collector.get('/readyz'),
    ({ status }) => expect(status).toBe(200),
    60_000,
  )
  return collector
}
