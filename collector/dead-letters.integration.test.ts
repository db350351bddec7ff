import { execa } from 'execa'
import { Kafka, logLevel } from 'kafkajs'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { batchOf, clickEvent } from './testing/batch.ts'
import { type TestCollector, testCollector } from './testing/collector.ts'
import { eventually } from './testing/eventually.ts'
import { pipelineEnv } from './testing/kafka-pipeline.ts'
import { PROGRAM } from './testing/process.ts'
import { storedRecord } from './testing/stored-record.ts'
import { readTopics } from './testing/topic.ts'

const servers = inject('stack')
const env = pipelineEnv(servers)
const authorization = `Token ${servers.influxToken}`
const bucketQuery = new URLSearchParams({ org: servers.influxOrganisation, bucket: env.INFLUX_BUCKET! })
let collector: TestCollector

const write = (line: string) =>
  fetch(`${servers.influxUrl}/api/v2/write?${bucketQuery}&precision=ms`, { method: 'POST', headers: { authorization }, body: line })

beforeAll(async () => {
  collector = await testCollector(env)
  await eventually(
    () => collector.get('/readyz'),
    ({ status }) => expect(status).toBe(200),
    60_000,
  )
  await collector.post(batchOf([clickEvent({ site: 'first.example' })]))
  await eventually(
    () => collector.get('/v1/events?site=first.example'),
    ({ body }) => expect(body.events).toHaveLength(1),
  )
})
afterAll(() => collector.close())

/** `npm run collector -- replay-dead-letters`, as its last line and its exit code. */
async function replay(...options: string[]): Promise<{ code: number | undefined; says: string }> {
  const { exitCode, stdout, stderr } = await execa(process.execPath, [...PROGRAM, 'replay-dead-letters', ...options], {
    env,
    reject: false,
  })
  return { code: exitCode, says: (stdout || stderr).split('\n').at(-1)! }
}

async function storedIds(site: string): Promise<string[]> {
  const ids: string[] = []
  for (let cursor: string | null | undefined = ''; cursor !== null && cursor !== undefined; ) {
    const { body } = await collector.get(`/v1/events?site=${site}${cursor && `&cursor=${cursor}`}`)
    ids.push(...(body.events ?? []).map(({ id }) => id))
    cursor = body.cursor
  }
  return ids
}

it('one refused record neither blocks nor drops the others, and can be put back', async () => {
  // The shard learns that rel_x is text, which no click can be from then on.
  const lastWeek = Date.now() - 6.9 * 86_400_000
  expect((await write(`clicks,site=other rel_x="text" ${Math.round(lastWeek)}`)).status).toBe(204)
  const refused = clickEvent({ site: 'conflict.example', time: Math.round(lastWeek) + 1 })
  // Each at a time of its own: of the pairs that thousands would make in one ms, some could share a point (docs/delivery.md).
  const start = Date.now() - 5_000
  const good = Array.from({ length: 4_999 }, (_, seq) => clickEvent({ site: 'conflict.example', session: 'one', seq, time: start + seq }))
  const all = [...good.slice(0, 2_000), { ...refused, session: 'one' }, ...good.slice(2_000)]
  for (let first = 0; first < all.length; first += 500) {
    expect((await collector.post(batchOf(all.slice(first, first + 500), { receipts: true }))).body.accepted).toBe(500)
  }
  await eventually(
    () => storedIds('conflict.example'),
    (ids) => expect(ids.sort()).toEqual(good.map(({ id }) => id).sort()),
    60_000,
  )

  const [letter] = await readTopics(servers.kafkaBrokers, [env.KAFKA_TOPIC_DEAD_LETTER!], ({ length }) => length === 1)
  const { code, message, placement, value } = JSON.parse(letter!.value)
  expect(code).toBe('refused_by_store')
  expect(message).toContain('rel_x')
  expect(placement).toEqual({ topic: env.KAFKA_TOPIC_CLICK, partition: expect.any(Number), offset: expect.stringMatching(/^\d+$/) })
  expect(JSON.parse(value)).toMatchObject({ ...refused, session: 'one' })
  const receipt = await eventually(
    () => collector.get(`/v1/receipts?id=${refused.id}`),
    ({ body }) => expect(body.receipts?.[0]).toMatchObject({ state: 'dead-letter', 'dead-letter': { code: 'refused_by_store' } }),
  )
  expect(receipt.status).toBe(200)

  const found = '1 dead letters: 1'
  expect(await replay('--dry-run')).toEqual({ code: 0, says: `${found} would be put back, 0 are not events and stay` })
  await fetch(`${servers.influxUrl}/api/v2/delete?${bucketQuery}`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    body: JSON.stringify({ start: new Date(lastWeek - 1000), stop: new Date(lastWeek + 1000), predicate: '_measurement="clicks"' }),
  })
  expect(await replay()).toEqual({ code: 0, says: `${found} were put back, 0 are not events and stay` })
  expect(await replay()).toEqual({ code: 0, says: '0 dead letters: 0 were put back, 0 are not events and stay' })
  const clicks = await readTopics(servers.kafkaBrokers, [env.KAFKA_TOPIC_CLICK!], ({ length }) => length === 5_002)
  expect(clicks.filter(({ value: text }) => JSON.parse(text).id === refused.id)).toHaveLength(2)
  await eventually(
    () => collector.get(`/v1/receipts?id=${refused.id}`),
    ({ body }) => expect(body.receipts?.[0]).toMatchObject({ state: 'stored', 'dead-letter': { code: 'refused_by_store' } }),
  )
})

it('putting back what is dead has one option', async () => {
  expect(await replay('--dry')).toEqual({
    code: 1,
    says: 'webwatch collector: --dry is not an option of replay-dead-letters: only --dry-run is',
  })
})

it('an event older than the bucket keeps goes to the dead letters, and what comes with it is stored', async () => {
  const own = pipelineEnv(servers)
  const headers = { authorization, 'content-type': 'application/json' }
  const organisations = await fetch(`${servers.influxUrl}/api/v2/orgs?org=${servers.influxOrganisation}`, { headers })
  const { orgs } = (await organisations.json()) as { orgs: { id: string }[] }
  const bucket = { orgID: orgs[0]!.id, name: own.INFLUX_BUCKET, retentionRules: [{ type: 'expire', everySeconds: 86_400 }] }
  expect((await fetch(`${servers.influxUrl}/api/v2/buckets`, { method: 'POST', headers, body: JSON.stringify(bucket) })).status).toBe(201)
  const keeper = await testCollector(own)
  const old = clickEvent({ site: 'old.example', session: 'one', time: Date.now() - 3 * 86_400_000 })
  const young = clickEvent({ site: 'old.example', session: 'one' })
  await keeper.post(batchOf([young, old]))
  await eventually(
    () => keeper.get('/v1/events?site=old.example'),
    ({ body }) => expect(body.events?.map(({ id }) => id)).toEqual([young.id]),
    60_000,
  )
  const [letter] = await readTopics(servers.kafkaBrokers, [own.KAFKA_TOPIC_DEAD_LETTER!], ({ length }) => length === 1)
  expect(JSON.parse(letter!.value)).toMatchObject({ code: 'refused_by_store', placement: { topic: own.KAFKA_TOPIC_CLICK } })
  await keeper.close()
})

/** Puts records into the topic of clicks, past ingest. */
async function produce(values: readonly (string | null)[]): Promise<void> {
  const producer = new Kafka({ brokers: servers.kafkaBrokers.split(','), logLevel: logLevel.NOTHING }).producer()
  await producer.connect()
  await producer.sendBatch({
    topicMessages: [{ topic: env.KAFKA_TOPIC_CLICK!, messages: values.map((value) => ({ value, partition: 0 })) }],
  })
  await producer.disconnect()
}

it('a record that is no event goes to the dead letters, and what follows it is stored', async () => {
  const whole = storedRecord({ site: 'rubbish.example' })
  const parts = [
    ...[{ data: undefined }, { data: null }, { site: 5 }, { overflow: 5 }, { type: ['click'] }],
    ...[{ seq: '1i,count=2' }, { receivedAt: '1i 1\nclicks,site=injected.example count=1' }, { data: { ...whole.data, x: '1,y=2' } }],
  ]
  const broken = parts.map((part) => JSON.stringify({ ...whole, ...part }))
  const damaged = ['{x}', '{"a":01}', '["\\q"]'].map((context, index) =>
    JSON.stringify({ ...whole, site: `damaged-${index}.example`, context: 'here' }).replace('"here"', context),
  )
  const rubbish = ['not JSON', '{}', '{"id":"x","type":"nothing","time":1}', '', ...broken, ...damaged]
  await produce([...rubbish, null])
  const after = Array.from({ length: 20 }, () => clickEvent({ site: 'after.example' }))
  await collector.post(batchOf(after))
  await eventually(
    () => storedIds('after.example'),
    (ids) => expect(ids).toHaveLength(20),
  )
  const isUnreadable = ({ value }: { value: string }) => JSON.parse(value).code === 'unreadable_record'
  const letters = await readTopics(
    servers.kafkaBrokers,
    [env.KAFKA_TOPIC_DEAD_LETTER!],
    (all) => all.filter(isUnreadable).length > rubbish.length,
  )
  expect(letters.filter(isUnreadable).map(({ value }) => JSON.parse(value).value)).toEqual([...rubbish, ''])
})

it('a line that InfluxDB cannot parse is told from one that the network has damaged, whatever it says', async () => {
  const words = 'unable to read data: gzip: invalid checksum, unexpected EOF'
  // Beyond the last moment that InfluxDB knows: it refuses the line, and quotes it.
  const never = storedRecord({ site: 'never.example', time: Number.MAX_SAFE_INTEGER, url: `"message":"${words}` })
  const beside = storedRecord({ site: 'beside.example', time: Date.now() })
  await produce([JSON.stringify(never), JSON.stringify(beside)])
  await eventually(
    () => storedIds('beside.example'),
    (ids) => expect(ids).toEqual([beside.id]),
  )
  const isOurs = ({ value }: { value: string }) => JSON.parse(value).value.includes('never.example')
  const letters = await readTopics(servers.kafkaBrokers, [env.KAFKA_TOPIC_DEAD_LETTER!], (all) => all.some(isOurs))
  expect(JSON.parse(letters.find(isOurs)!.value)).toMatchObject({ code: 'refused_by_store', message: expect.stringContaining(words) })
})
