import { pointTime } from '@webwatch/events/point-time.ts'
import { Kafka, logLevel } from 'kafkajs'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { batchOf, clickEvent } from '../testing/batch.ts'
import { type TestCollector, testCollector } from '../testing/collector.ts'
import { eventually } from '../testing/eventually.ts'
import { pipelineEnv } from '../testing/kafka-pipeline.ts'
import { metric } from '../testing/metric.ts'

const env = pipelineEnv(inject('stack'))
let front: TestCollector
/** Another that takes events, as behind a load balancer: it is asked about what came to the first. */
let other: TestCollector
let sink: TestCollector

beforeAll(async () => {
  front = await testCollector({ ...env, COLLECTOR_ROLE: 'ingest' })
  other = await testCollector({ ...env, COLLECTOR_ROLE: 'ingest' })
  sink = await testCollector({ ...env, COLLECTOR_ROLE: 'sink' })
  for (const part of [front, other, sink]) {
    await eventually(
      () => part.get('/readyz'),
      ({ status }) => expect(status).toBe(200),
      60_000,
    )
  }
})
afterAll(() => Promise.all([front.close(), other.close(), sink.close()]))

/** Reads the stream until so many stages of an event have come. */
async function followedStages(id: string, count: number, begun: () => void): Promise<string[]> {
  const response = await fetch(`${front.url}/v1/receipts/stream?id=${id}`)
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
  const stages: string[] = []
  let text = ''
  begun()
  while (stages.length < count) {
    const { value, done } = await reader.read()
    if (done) break
    text += value
    const messages = text.split('\n\n')
    text = messages.pop() ?? ''
    for (const message of messages) {
      const data = /^data: (.+)$/m.exec(message)?.[1]
      if (data) stages.push(JSON.parse(data).stage)
    }
  }
  await reader.cancel()
  return stages
}

/** Records that the topic of receipts has had so far. */
async function announced(): Promise<number> {
  const admin = new Kafka({ brokers: env.KAFKA_BROKER_URL!.split(','), logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  const offsets = await admin.fetchTopicOffsets(env.KAFKA_TOPIC_RECEIPTS!)
  await admin.disconnect()
  return offsets.reduce((sum, { high }) => sum + Number(high), 0)
}

describe('receipts, across two processes', () => {
  it('tell of every stage, to who asks and to who follows', async () => {
    const event = clickEvent()
    let post: Promise<unknown> | undefined
    const stages = await followedStages(event.id, 3, () => {
      post = front.post(batchOf([event, { ...event, id: 'wrong' }], { receipts: true }))
    })
    await post
    expect(stages).toEqual(['accepted', 'streamed', 'stored'])
    const { body } = await front.get(`/v1/receipts?id=${event.id}&id=wrong`)
    const [receipt, rejected] = body.receipts!
    const at = expect.any(Number)
    expect(receipt).toEqual({
      id: event.id,
      state: 'stored',
      accepted: { at },
      streamed: { at, topic: env.KAFKA_TOPIC_CLICK, partition: expect.any(Number), offset: expect.stringMatching(/^\d+$/) },
      stored: { at, measurement: 'clicks', time: pointTime(event.time, event.id) },
    })
    expect(rejected).toEqual({ id: 'wrong', state: 'rejected', rejected: { at, code: 'invalid_value' } })
    await eventually(
      () => other.get(`/v1/receipts?id=${event.id}&id=wrong`),
      ({ body: { receipts } }) => expect(receipts).toEqual([receipt, rejected]),
      30_000,
    )
  })

  it('are counted as no events', async () => {
    const figures = await Promise.all([front, other, sink].map((part) => metric(part, 'webwatch_consumer_records_total')))
    expect(figures).toEqual([0, 0, 1])
    for (const part of [front, other, sink]) expect(String((await part.get('/metrics')).body)).not.toContain(env.KAFKA_TOPIC_RECEIPTS)
  })

  it('are not kept for who did not ask', async () => {
    const event = clickEvent({ site: 'nobody-asked.example' })
    const before = await announced()
    await front.post(batchOf([event]))
    await eventually(
      () => sink.get('/v1/events?site=nobody-asked.example'),
      ({ body }) => expect(body.events).toHaveLength(1),
    )
    expect(await announced()).toBe(before)
    expect((await front.get(`/v1/receipts?id=${event.id}`)).body.receipts).toEqual([{ id: event.id, state: 'unknown' }])
  })

  it('need an id', async () => {
    const { status, body } = await front.get('/v1/receipts')
    expect([status, body.error?.code]).toEqual([400, 'invalid_query'])
  })
})
