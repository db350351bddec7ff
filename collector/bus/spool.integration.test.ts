import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startKafka } from '../../tools/stack/kafka.ts'
import { BusUnavailable } from '../errors.ts'
import { batchOf, clickEvent } from '../testing/batch.ts'
import { type TestCollector, testCollector } from '../testing/collector.ts'
import { eventually } from '../testing/eventually.ts'
import { pipelineEnv } from '../testing/kafka-pipeline.ts'
import { readTopics } from '../testing/topic.ts'
import { openSpool } from './spool.ts'

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'webwatch-spool-'))
})
afterAll(() => rm(directory, { recursive: true, force: true }))

describe('the spool', () => {
  const open = (maxBytes = 1_000) => openSpool<string>({ directory: join(directory, 'plain'), maxBytes, sizeOf: (text) => text.length })

  it('gives items back in order, also after it was opened again, until they are removed', async () => {
    const first = await open()
    await first.add(['a', 'b'])
    await first.add(['c'])
    await first.close()
    const second = await open()
    await second.add(['d'])
    expect(second.depth()).toEqual({ items: 4, bytes: 4 })
    const seen: string[] = []
    for (let oldest = second.oldest(); oldest; oldest = second.oldest()) {
      seen.push(...oldest.items)
      await oldest.remove()
    }
    expect(seen).toEqual(['a', 'b', 'c', 'd'])
    expect(second.depth()).toEqual({ items: 0, bytes: 0 })
    await second.close()
  })

  it('says when it is full, and takes more once it is drained', async () => {
    const spool = await open(100)
    await spool.add(['x'.repeat(101)])
    await expect(spool.add(['y'])).rejects.toThrow(BusUnavailable)
    await spool.oldest()?.remove()
    await spool.add(['y'])
    await spool.close()
  })
})

describe('an outage of Kafka', () => {
  let kafka: Awaited<ReturnType<typeof startKafka>>
  let env: Record<string, string>
  let collector: TestCollector
  const isReady = () =>
    eventually(
      () => collector.get('/readyz'),
      ({ status }) => expect(status).toBe(200),
    )

  beforeAll(async () => {
    kafka = await startKafka({ dataDir: join(directory, 'kafka') })
    const servers = { kafkaBrokers: kafka.brokers, influxUrl: 'http://127.0.0.1:1', influxToken: 'none', influxOrganisation: 'none' }
    env = { ...pipelineEnv(servers), COLLECTOR_ROLE: 'ingest', INFLUX_TOKEN: '', DATA_DIR: join(directory, 'collector') }
    collector = await testCollector(env)
    await isReady()
  })
  afterAll(async () => {
    await collector.close()
    await kafka.stop()
  })

  it('costs nothing that was accepted, although the collector stops too', async () => {
    const session = 'one-session'
    let seq = 0
    const postTen = async () => {
      const { status, body } = await collector.post(batchOf(Array.from({ length: 10 }, () => clickEvent({ session, seq: seq++ }))))
      expect([status, body.accepted]).toEqual([202, 10])
    }
    await postTen()
    // A topic that is new may have no leader yet: then these ten wait in the spool for a moment, too.
    await isReady()
    await kafka.kill()
    for (let batch = 0; batch < 5; batch++) await postTen()
    const asked = clickEvent({ session, seq: seq++ })
    expect((await collector.post(batchOf([asked], { receipts: true }))).status).toBe(202)
    const { status, body } = await collector.get('/readyz')
    expect([status, body]).toMatchObject([
      503,
      { missing: ['kafka'], parts: { kafka: { reason: expect.stringContaining('51 records wait'), spool: { records: 51 } } } },
    ])
    await collector.close()
    collector = await testCollector(env)
    await postTen()
    await kafka.restart()
    await isReady()
    await postTen()
    const receipt = await eventually(
      () => collector.get(`/v1/receipts?id=${asked.id}`),
      ({ body: { receipts } }) => expect(receipts?.[0]).toMatchObject({ state: 'streamed', streamed: { topic: env.KAFKA_TOPIC_CLICK } }),
      30_000,
    )
    expect(receipt.status).toBe(200)
    const records = await readTopics(kafka.brokers, [env.KAFKA_TOPIC_CLICK!], ({ length }) => length >= seq)
    expect(records.map(({ value }) => JSON.parse(value).seq)).toEqual(Array.from({ length: seq }, (_, index) => index))
  })
})
