import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { batchOf, clickEvent } from './testing/batch.ts'
import { eventually } from './testing/eventually.ts'
import { pipelineEnv } from './testing/kafka-pipeline.ts'
import { type CollectorProcess, collectorProcess } from './testing/process.ts'
import { say } from './testing/socket.ts'

const STOP_WITHIN_MS = 10_000
let dataDir: string
let collector: CollectorProcess

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'webwatch-stop-'))
})
afterEach(async () => {
  await collector.kill()
  await rm(dataDir, { recursive: true, force: true })
})

const post = (events: unknown[]) =>
  fetch(`${collector.url}/v1/events`, {
    method: 'POST',
    body: JSON.stringify(batchOf(events)),
    headers: { 'content-type': 'application/json' },
  })

/** Sends batches until nobody answers any more. Gives the ids that were acknowledged, and all that was answered otherwise. */
async function sendUntilGone(acknowledged: Set<string>, refusals: Set<number>): Promise<void> {
  for (;;) {
    const events = Array.from({ length: 20 }, () => clickEvent())
    const answer = await post(events).catch(() => undefined)
    if (!answer) return
    if (answer.status === 202) for (const { id } of events) acknowledged.add(id)
    else {
      refusals.add(answer.status)
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
      return
    }
  }
}

async function storedIds(): Promise<string[]> {
  const ids: string[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page = (await (await fetch(`${collector.url}/v1/events?cursor=${cursor}`)).json()) as {
      events: { id: string }[]
      cursor: string | null
    }
    ids.push(...page.events.map(({ id }) => id))
    cursor = page.cursor
  }
  return ids
}

it('under load, with streams and half a request open, a stop takes less than 10 s and loses nothing', async () => {
  collector = await collectorProcess({ DATA_DIR: dataDir })
  const acknowledged = new Set<string>()
  const refusals = new Set<number>()
  const stream = fetch(`${collector.url}/v1/receipts/stream`).then((answer) => answer.text())
  const half = say(
    collector.url,
    'POST /v1/events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{',
  )
  const idle = say(collector.url, 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n')
  const senders = Array.from({ length: 8 }, () => sendUntilGone(acknowledged, refusals))
  await eventually(
    async () => acknowledged.size,
    (size) => expect(size).toBeGreaterThan(1_000),
  )
  const { code, ms } = await collector.stop()
  expect(code).toBe(0)
  expect(ms).toBeLessThan(STOP_WITHIN_MS)
  await Promise.all([stream, half, idle, ...senders])
  expect([...refusals].filter((status) => status !== 503)).toEqual([])
  collector = await collectorProcess({ DATA_DIR: dataDir })
  const stored = new Set(await storedIds())
  expect([...acknowledged].filter((id) => !stored.has(id))).toEqual([])
})

it('with neither Kafka nor InfluxDB there, a stop takes less than 10 s and keeps what was accepted', async () => {
  const nowhere = { kafkaBrokers: '127.0.0.1:9', influxUrl: 'http://127.0.0.1:9', influxToken: 'x', influxOrganisation: 'x' }
  const env = { ...pipelineEnv(nowhere), DATA_DIR: dataDir }
  collector = await collectorProcess(env)
  expect((await post(Array.from({ length: 10 }, () => clickEvent()))).status).toBe(202)
  const { code, ms } = await collector.stop()
  expect(code).toBe(0)
  expect(ms).toBeLessThan(STOP_WITHIN_MS)
  collector = await collectorProcess(env)
  expect(await (await fetch(`${collector.url}/metrics`)).text()).toMatch(/^webwatch_spool_records 10$/m)
})

it('counts what it refuses while it stops, tells it to who asks for metrics then, and to pages when to come back', async () => {
  collector = await collectorProcess({ DATA_DIR: dataDir })
  const { hostname, port } = new URL(collector.url)
  const half = connect(Number(port), hostname)
  half.on('error', () => half.destroy())
  half.write(
    'POST /v1/events HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n',
  )
  // The answer to what it expects: a stop waits for its body for a moment.
  await once(half, 'data')
  const ask = (start: string) =>
    say(
      collector.url,
      `${start} HTTP/1.1\r\nHost: localhost\r\nOrigin: https://shop.example\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
    )
  const stopped = collector.stop()
  let { text } = await ask('POST /v1/events')
  while (text.startsWith('HTTP/1.1 400 ')) ({ text } = await ask('POST /v1/events'))
  expect(text).toMatch(/^HTTP\/1\.1 503 /)
  expect(text).toMatch(/^retry-after: [1-9]/im)
  expect(text).toContain('"code":"stopping"')
  expect(text).toMatch(/^access-control-allow-origin: https:\/\/shop\.example\r$/im)
  expect(text).toMatch(/^access-control-expose-headers: retry-after\r$/im)
  const metrics = (await ask('GET /metrics')).text
  expect(metrics).toMatch(/^webwatch_http_refused_total\{code="stopping"\} 1$/m)
  expect(metrics).toMatch(/^webwatch_http_request_seconds_count\{route="\/v1\/events",status="503"\} 1$/m)
  expect((await stopped).code).toBe(0)
})
