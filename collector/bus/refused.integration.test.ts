import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AclOperationTypes, AclPermissionTypes, AclResourceTypes, type Admin, Kafka, logLevel, ResourcePatternTypes } from 'kafkajs'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startKafka } from '../../tools/stack/kafka.ts'
import { readConfig } from '../config.ts'
import { createTelemetry } from '../telemetry.ts'
import { batchOf, clickEvent } from '../testing/batch.ts'
import { readyCollector, type TestCollector } from '../testing/collector.ts'
import { eventually } from '../testing/eventually.ts'
import { pipelineEnv } from '../testing/kafka-pipeline.ts'
import { metric } from '../testing/metric.ts'
import { type ReadRecord, readTopics } from '../testing/topic.ts'
import { kafkaClient } from './client.ts'
import { replayDeadLetters } from './dead-letters.ts'
import type { Outgoing } from './outgoing.ts'
import { kafkaPublisher } from './producer.ts'
import type { Refusal } from './refusals.ts'

/** A record of the largest custom event is larger, one of the smallest is not, and neither are a few of them. */
const FEW_BYTES = 8_000
const CUSTOM_LETTERS_BYTES = 6_000

let directory: string
let kafka: Awaited<ReturnType<typeof startKafka>>
let admin: Admin
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'webwatch-refused-'))
  const properties = 'authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer\nallow.everyone.if.no.acl.found=true'
  kafka = await startKafka({ dataDir: join(directory, 'kafka'), properties })
  admin = new Kafka({ brokers: [kafka.brokers], logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
})
afterAll(async () => {
  await admin.disconnect()
  await kafka.stop()
  await rm(directory, { recursive: true, force: true })
})

/** What a topic takes no record without. */
const KEYS = 'keys'

/** Settings of an ingest of its own, with topics that take as much as said, or nothing without keys. */
async function ingestWith(name: string, limits: Record<string, number | typeof KEYS>): Promise<Record<string, string>> {
  const servers = { kafkaBrokers: kafka.brokers, influxUrl: 'http://127.0.0.1:1', influxToken: 'none', influxOrganisation: 'none' }
  const env = { ...pipelineEnv(servers), COLLECTOR_ROLE: 'ingest', INFLUX_TOKEN: '', LOG_LEVEL: 'fatal', DATA_DIR: join(directory, name) }
  const settings = env as Record<string, string>
  await admin.createTopics({
    waitForLeaders: true,
    topics: Object.entries(limits).map(([variable, limit]) => ({
      topic: settings[variable]!,
      numPartitions: 1,
      // What has no key could not be compacted.
      configEntries: [limit === KEYS ? { name: 'cleanup.policy', value: 'compact' } : { name: 'max.message.bytes', value: String(limit) }],
    })),
  })
  return settings
}

const customEvent = (bytes: number) => {
  const properties = Object.fromEntries(
    Array.from({ length: Math.ceil(bytes / 1_000) }, (_, index) => [`part_${index}`, 'x'.repeat(1_000)]),
  )
  return clickEvent({ type: 'custom', data: { name: 'order', properties } })
}
const clicks = (count: number) => Array.from({ length: count }, (_, seq) => clickEvent({ seq }))
const idsOf = (events: readonly { id: string }[]) => new Set(events.map(({ id }) => id))
const idsIn = (records: readonly ReadRecord[]) => new Set(records.map(({ value }) => JSON.parse(value).id as string))
const read = (topic: string, events: readonly { id: string }[]) =>
  readTopics(kafka.brokers, [topic], (records) => idsIn(records).size >= events.length)

const REFUSED = 'webwatch_dead_letters_total{code="refused_by_kafka"}'
const emptied = (collector: TestCollector) =>
  eventually(
    () => metric(collector, 'webwatch_spool_records'),
    (records) => expect(records).toBe(0),
  )

describe('a record that is larger than its topic takes', () => {
  it('goes to the dead letters, and those that came with it to where they belong', async () => {
    const env = await ingestWith('large', { KAFKA_TOPIC_CUSTOM: FEW_BYTES, KAFKA_TOPIC_CLICK: FEW_BYTES })
    const collector = await readyCollector(env)
    // Together they are much more than a request may have, each of them is not.
    const small = clicks(200)
    const [large, last] = [customEvent(12_000), customEvent(1_000)]
    const { status, body } = await collector.post(batchOf([...small, large, last], { receipts: true }))
    expect([status, body.accepted]).toEqual([202, 202])
    expect(idsIn(await read(env.KAFKA_TOPIC_CLICK!, small))).toEqual(idsOf(small))
    expect(idsIn(await read(env.KAFKA_TOPIC_CUSTOM!, [last]))).toEqual(idsOf([last]))
    const [letter] = await readTopics(kafka.brokers, [env.KAFKA_TOPIC_DEAD_LETTER!], ({ length }) => length === 1)
    const { value, ...cause } = JSON.parse(letter!.value)
    expect(cause).toEqual({
      code: 'refused_by_kafka',
      message: 'Kafka: MESSAGE_TOO_LARGE',
      topic: env.KAFKA_TOPIC_CUSTOM,
      at: expect.any(Number),
    })
    expect(JSON.parse(value)).toMatchObject(large)
    const { receipts } = (await collector.get(`/v1/receipts?id=${large.id}&id=${last.id}`)).body
    expect(receipts).toMatchObject([
      { state: 'dead-letter', 'dead-letter': { code: 'refused_by_kafka' } },
      { state: 'streamed', streamed: { topic: env.KAFKA_TOPIC_CUSTOM } },
    ])
    expect(await metric(collector, REFUSED)).toBe(1)
    await emptied(collector)

    await admin.alterConfigs({
      validateOnly: false,
      resources: [{ type: 2, name: env.KAFKA_TOPIC_CUSTOM!, configEntries: [{ name: 'max.message.bytes', value: '1000000' }] }],
    })
    const replay = await replayDeadLetters(collector.parts.config.kafka!, pino({ level: 'silent' }), false)
    expect(replay).toEqual({ found: 1, replayed: 1, left: 0 })
    expect(idsIn(await read(env.KAFKA_TOPIC_CUSTOM!, [large, last]))).toEqual(idsOf([large, last]))
    await collector.close()
  })

  it('is cut in its letter when the dead letters take even less', async () => {
    const env = await ingestWith('letters', { KAFKA_TOPIC_CUSTOM: FEW_BYTES, KAFKA_TOPIC_DEAD_LETTER: CUSTOM_LETTERS_BYTES })
    const collector = await readyCollector(env)
    const large = customEvent(12_000)
    expect((await collector.post(batchOf([large, ...clicks(5)]))).body.accepted).toBe(6)
    const [letter] = await readTopics(kafka.brokers, [env.KAFKA_TOPIC_DEAD_LETTER!], ({ length }) => length === 1)
    const { cut, value } = JSON.parse(letter!.value)
    expect(cut).toBe(true)
    expect(value).toContain(large.id)
    await emptied(collector)
    await collector.close()
  })
})

describe('what Kafka calls an invalid record', () => {
  it('is replaced, and those that came with it go to where they belong', async () => {
    const {
      KAFKA_TOPIC_CLICK: topic = '',
      KAFKA_TOPIC_DEAD_LETTER: letters = '',
      ...env
    } = await ingestWith('keys', { KAFKA_TOPIC_CLICK: KEYS })
    const { kafka: config } = readConfig({ ...env, KAFKA_TOPIC_DEAD_LETTER: letters })
    const log = pino({ level: 'silent' })
    await admin.createTopics({ waitForLeaders: true, topics: [{ topic: letters, numPartitions: 1 }] })
    const refusals: string[] = []
    const substitute = (record: Outgoing, { type }: Refusal) => {
      refusals.push(type)
      return { ...record, topic: letters }
    }
    const publisher = kafkaPublisher(kafkaClient(config!, log), { substitute, topicMissing: () => undefined }, log, createTelemetry())
    const records = [...Array(9).keys()].map((place) => ({
      topic,
      key: place % 3 === 1 ? null : `key ${place}`,
      value: Buffer.from(`${place}`),
    }))
    const placed = await publisher.send(records)
    expect(placed.map(({ code, topic: name }) => [code, name])).toEqual(
      records.map(({ key }) => (key === null ? ['refused_by_kafka', letters] : [undefined, topic])),
    )
    expect(refusals).toEqual(['INVALID_RECORD', 'INVALID_RECORD', 'INVALID_RECORD'])
    const values = (some: readonly ReadRecord[]) => some.map(({ value }) => value).sort()
    expect(values(await readTopics(kafka.brokers, [topic], ({ length }) => length === 6))).toEqual(['0', '2', '3', '5', '6', '8'])
    expect(values(await readTopics(kafka.brokers, [letters], ({ length }) => length === 3))).toEqual(['1', '4', '7'])
    await publisher.close()
  })

  it('waits in the spool when it is a dead letter, and goes when the topic takes it', async () => {
    const env = await ingestWith('letter-keys', { KAFKA_TOPIC_CUSTOM: FEW_BYTES, KAFKA_TOPIC_DEAD_LETTER: KEYS })
    const collector = await readyCollector(env)
    const [large, small] = [customEvent(12_000), clicks(5)]
    expect((await collector.post(batchOf([large, ...small]))).body.accepted).toBe(6)
    expect(idsIn(await read(env.KAFKA_TOPIC_CLICK!, small))).toEqual(idsOf(small))
    // The others have gone from there.
    await eventually(
      () => metric(collector, 'webwatch_spool_records'),
      (records) => expect(records).toBe(1),
    )
    await admin.alterConfigs({
      validateOnly: false,
      resources: [{ type: 2, name: env.KAFKA_TOPIC_DEAD_LETTER!, configEntries: [{ name: 'cleanup.policy', value: 'delete' }] }],
    })
    const [letter] = await readTopics(kafka.brokers, [env.KAFKA_TOPIC_DEAD_LETTER!], ({ length }) => length === 1)
    expect(JSON.parse(letter!.value)).toMatchObject({ code: 'refused_by_kafka', message: 'Kafka: MESSAGE_TOO_LARGE' })
    await emptied(collector)
    await collector.close()
  })
})

it('a topic that somebody has deleted is created anew, and gets what is for it', async () => {
  const env = await ingestWith('deleted', {})
  const collector = await readyCollector(env)
  await collector.post(batchOf(clicks(1)))
  // A topic that is new may have no leader yet: then the first one waits in the spool, and would come behind.
  await emptied(collector)
  await admin.deleteTopics({ topics: [env.KAFKA_TOPIC_CLICK!] })
  // The order is given when that returns. What the topic takes until it is carried out goes with it.
  await eventually(
    () => admin.listTopics(),
    (topics) => expect(topics).not.toContain(env.KAFKA_TOPIC_CLICK),
  )
  const [events, others] = [clicks(5), [customEvent(0)]]
  expect((await collector.post(batchOf([...events, ...others]))).body.accepted).toBe(6)
  await emptied(collector)
  // What was in the topic before may be seen until it is quite gone.
  const came = await readTopics(kafka.brokers, [env.KAFKA_TOPIC_CLICK!], (records) =>
    [...idsOf(events)].every((id) => idsIn(records).has(id)),
  )
  expect(came.length).toBeGreaterThanOrEqual(events.length)
  expect(idsIn(await read(env.KAFKA_TOPIC_CUSTOM!, others))).toEqual(idsOf(others))
  await collector.close()
})

describe('topics that may not be written', () => {
  const forbidden = (resourceName: string) => ({
    resourceType: AclResourceTypes.TOPIC,
    resourceName,
    resourcePatternType: ResourcePatternTypes.LITERAL,
    principal: 'User:ANONYMOUS',
    host: '*',
    operation: AclOperationTypes.WRITE,
    permissionType: AclPermissionTypes.DENY,
  })
  /** Where there is a rule for a topic, what it does not allow is forbidden. */
  const allowed = (resourceName: string) => ({
    ...forbidden(resourceName),
    operation: AclOperationTypes.ALL,
    permissionType: AclPermissionTypes.ALLOW,
  })
  /** Resolves when the rules are in force, which is some time after Kafka has taken them: the last of them is for a topic that is tried. */
  async function forbid(topics: readonly string[], tried: string): Promise<void> {
    await admin.createAcls({ acl: [...topics, tried].flatMap((topic) => [allowed(topic), forbidden(topic)]) })
    const producer = new Kafka({ brokers: [kafka.brokers], logLevel: logLevel.NOTHING }).producer({ retry: { retries: 0 } })
    await producer.connect()
    const refusal = () =>
      producer.send({ topic: tried, messages: [{ value: '{}' }] }).then(String, (error: { type?: string }) => error.type)
    await eventually(refusal, (type) => expect(type).toBe('TOPIC_AUTHORIZATION_FAILED'))
    await producer.disconnect()
  }
  const permit = (topics: string[]) => admin.deleteAcls({ filters: topics.map(forbidden) })

  it('keep nothing else from going, in Kafka or from the spool, and are told in dead letters', async () => {
    const env = await ingestWith('forbidden', {})
    const collector = await readyCollector(env)
    const [click, custom, letters, receipts] = ['CLICK', 'CUSTOM', 'DEAD_LETTER', 'RECEIPTS'].map((name) => env[`KAFKA_TOPIC_${name}`]!)
    const some = () => Array.from({ length: 20 }, () => customEvent(0))
    await forbid([click!, receipts!], env.KAFKA_TOPIC_SCROLL!)
    const lost = clicks(20)
    const direct = some()
    expect((await collector.post(batchOf([...lost, ...direct], { receipts: true }))).status).toBe(202)
    expect(idsIn(await read(custom!, direct))).toEqual(idsOf(direct))
    const inLetters = (records: readonly ReadRecord[]) =>
      new Set(records.map(({ value }) => JSON.parse(JSON.parse(value).value).id as string))
    const buried = await readTopics(kafka.brokers, [letters!], (records) => inLetters(records).size >= lost.length)
    expect(inLetters(buried)).toEqual(idsOf(lost))
    expect(JSON.parse(buried[0]!.value)).toMatchObject({
      code: 'refused_by_kafka',
      message: 'Kafka: TOPIC_AUTHORIZATION_FAILED',
      topic: click,
    })
    expect(await metric(collector, REFUSED)).toBe(20)
    await emptied(collector)

    await forbid([letters!], env.KAFKA_TOPIC_HOVER!)
    const [stuck, passing] = [clicks(20), some()]
    for (const events of [stuck, passing]) expect((await collector.post(batchOf(events, { receipts: true }))).status).toBe(202)
    expect(idsIn(await read(custom!, [...direct, ...passing]))).toEqual(idsOf([...direct, ...passing]))
    expect(await metric(collector, 'webwatch_spool_records')).toBeGreaterThanOrEqual(20)
    await eventually(
      () => metric(collector, 'webwatch_receipts_dropped_total'),
      (dropped) => expect(dropped).toBeGreaterThanOrEqual(passing.length),
    )
    await permit([click!])
    expect(idsIn(await read(click!, stuck))).toEqual(idsOf(stuck))
    await emptied(collector)
    await collector.close()
  })
})
