import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { open as openLmdb } from 'lmdb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startKafka } from '../../tools/stack/kafka.ts'
import { BusUnavailable } from '../errors.ts'
import { batchOf, clickEvent } from '../testing/batch.ts'
import { type TestCollector, testCollector } from '../testing/collector.ts'
import { eventually } from '../testing/eventually.ts'
import { pipelineEnv } from '../testing/kafka-pipeline.ts'
import { type CollectorProcess, collectorProcess } from '../testing/process.ts'
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

  it('puts what cannot go now behind all others', async () => {
    const spool = await open()
    await spool.add(['a', 'bad', 'b'])
    await spool.add(['c'])
    await spool.oldest()?.postpone(['bad'])
    expect(spool.depth()).toEqual({ items: 2, bytes: 4 })
    const seen: string[] = []
    for (let oldest = spool.oldest(); oldest; oldest = spool.oldest()) {
      seen.push(...oldest.items)
      await oldest.remove()
    }
    expect(seen).toEqual(['c', 'bad'])
    expect(spool.depth()).toEqual({ items: 0, bytes: 0 })
    await spool.close()
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

/** Lets a process use a spool, and kills it after so many lines. @returns the lines that it printed */
async function usedUntilKilled(at: string, name: string, lines: number): Promise<string[]> {
  const program = fileURLToPath(new URL('../testing/spool-user.ts', import.meta.url))
  const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), program, at, name], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  const printed: string[] = []
  for await (const line of createInterface({ input: child.stdout! })) {
    printed.push(line)
    if (printed.length === lines) child.kill('SIGKILL')
  }
  await ended
  return printed
}

/** The numbers that follow a writer's name. */
const numbersOf = (items: readonly string[], name: string): number[] =>
  items.filter((item) => item.startsWith(`${name}:`)).map((item) => Number(item.slice(name.length + 1)))

describe('a spool that processes share', () => {
  const open = (name: string, maxBytes = 1_000) =>
    openSpool<string>({ directory: join(directory, name), maxBytes, sizeOf: (text) => text.length })

  it('gives back all that two writers put, in the order of each, although they and who drains are killed', async () => {
    const at = join(directory, 'shared')
    const written = new Map<string, string[]>()
    const drains: string[][] = []
    for (const round of [1, 2, 3]) {
      const names = [`a${round}`, `b${round}`] as const
      const [first, second, ...taken] = await Promise.all([
        usedUntilKilled(at, names[0], 150),
        usedUntilKilled(at, names[1], 150),
        usedUntilKilled(at, '', 60),
        usedUntilKilled(at, '', 100),
      ])
      written.set(names[0], first).set(names[1], second)
      drains.push(...taken)
    }
    const spool = await open('shared')
    const rest: string[] = []
    for (let oldest = spool.oldest(); oldest; oldest = spool.oldest()) {
      rest.push(...oldest.items)
      await oldest.remove()
    }
    expect(spool.depth()).toEqual({ items: 0, bytes: 0 })
    await spool.close()
    drains.push(rest)
    for (const [name, acknowledged] of written) {
      for (const drain of drains) expect(numbersOf(drain, name)).toEqual(numbersOf(drain, name).sort((a, b) => a - b))
      const given = new Set(drains.flatMap((drain) => numbersOf(drain, name)))
      expect(numbersOf(acknowledged, name).filter((number) => !given.has(number))).toEqual([])
      // What a writer was killed in the middle of may be there or not.
      expect(given.size - acknowledged.length).toBeLessThanOrEqual(1)
    }
    expect(written.size).toBe(6)
  })

  it('takes out nothing but what was given, although another has emptied and filled it meanwhile', async () => {
    const [slow, fast] = [await open('pair'), await open('pair')]
    await slow.add(['old'])
    const given = slow.oldest()
    await fast.oldest()?.remove()
    expect(fast.oldest()).toBeUndefined()
    await fast.add(['new'])
    await given?.remove()
    expect(slow.depth()).toEqual({ items: 1, bytes: 3 })
    expect(slow.oldest()?.items).toEqual(['new'])
    expect(fast.oldest()?.items).toEqual(['new'])
    await slow.close()
    await fast.close()
  })

  it('does not grow for a process that was killed while it read', async () => {
    const at = join(directory, 'grow')
    const spool = await openSpool<string>({ directory: at, maxBytes: 2 ** 26, sizeOf: (text) => text.length })
    const churn = async (rounds: number) => {
      for (let round = 0; round < rounds; round++) {
        await spool.add(['x'.repeat(400_000)])
        await spool.oldest()?.remove()
      }
      return (await stat(join(at, 'spool.mdb'))).size
    }
    const before = await churn(10)
    await spool.add(['left'])
    await usedUntilKilled(at, 'reader', 1)
    expect(await churn(40)).toBeLessThan(before + 4_000_000)
    await spool.close()
  })

  it('is full for all when one has filled it', async () => {
    const [one, other] = [await open('full', 100), await open('full', 100)]
    await one.add(['x'.repeat(101)])
    expect(other.depth()).toEqual({ items: 1, bytes: 101 })
    await expect(other.add(['y'])).rejects.toThrow('the spool is full')
    await one.oldest()?.remove()
    await other.add(['y'])
    await one.close()
    await other.close()
  })

  it('takes over what a collector from before it told its contents has left', async () => {
    const store = openLmdb({ path: join(directory, 'old', 'spool.mdb'), keyEncoding: 'uint32' })
    await store.put(7, { items: ['a', 'b'], bytes: 2 })
    await store.close()
    const spool = await open('old')
    expect(spool.depth()).toEqual({ items: 2, bytes: 2 })
    await spool.add(['c'])
    await spool.oldest()?.remove()
    expect(spool.oldest()?.items).toEqual(['c'])
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

  const send = async ({ url }: CollectorProcess, batch: unknown) => {
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(`${url}/v1/events`, { method: 'POST', body: JSON.stringify(batch), headers })
    expect(await answer.json()).toMatchObject({ accepted: expect.any(Number), rejected: [] })
    expect(answer.status).toBe(202)
  }
  const ready = ({ url }: CollectorProcess) =>
    eventually(
      () => fetch(`${url}/readyz`),
      ({ status }) => expect(status).toBe(200),
    )
  /** Sends batches to two processes in turn. @returns the ids of their events */
  async function sendInTurn(one: CollectorProcess, other: CollectorProcess, batches: number): Promise<string[]> {
    const sent: string[] = []
    for (let batch = 0; batch < batches; batch++) {
      const events = Array.from({ length: 5 }, () => clickEvent())
      sent.push(...events.map(({ id }) => id))
      await send(batch % 2 ? one : other, batchOf(events))
    }
    return sent
  }
  const sharing = (name: string) => ({
    ...env,
    DATA_DIR: join(directory, name),
    KAFKA_TOPIC_CLICK: `${env.KAFKA_TOPIC_CLICK}.${name}`,
    LOG_LEVEL: 'info',
  })

  /** Two processes with one DATA_DIR, and the ids of what each has accepted since Kafka was killed. */
  async function twoInAnOutage(name: string) {
    const shared = sharing(name)
    const [one, other] = await Promise.all([collectorProcess(shared), collectorProcess(shared)])
    await Promise.all([one, other].map(ready))
    await kafka.kill()
    return { shared, one, other, sent: await sendInTurn(one, other, 20) }
  }

  it('is made good by one of the processes with one DATA_DIR: each record comes once', async () => {
    const { shared, one, other, sent } = await twoInAnOutage('once')
    await kafka.restart()
    await Promise.all([one, other].map(ready))
    // Behind these nothing comes any more from the spool.
    const last = await sendInTurn(one, other, 2)
    const idOf = ({ value }: { value: string }) => JSON.parse(value).id as string
    const records = await readTopics(kafka.brokers, [shared.KAFKA_TOPIC_CLICK], (read) => {
      const ids = new Set(read.map(idOf))
      return [...sent, ...last].every((id) => ids.has(id))
    })
    expect(records.map(idOf).sort()).toEqual([...sent, ...last].sort())
    await Promise.all([one.stop(), other.stop()])
  })

  it('costs nothing that two processes with one DATA_DIR have accepted, of which one dies', async () => {
    const { shared, one, other, sent } = await twoInAnOutage('two')
    // Nobody gets the answer of the first, and measured anew the correction of the clock would be another one.
    const skewed = clickEvent({ time: Date.now() - 3_600_000 })
    await send(one, batchOf([skewed], { sentAt: Date.now() - 3_600_000 }))
    await send(other, batchOf([skewed], { sentAt: Date.now() - 3_620_000 }))
    await one.kill()
    await kafka.restart()
    const ids = new Set([...sent, skewed.id])
    const found = (records: readonly { value: string }[]) => new Set(records.map(({ value }) => JSON.parse(value).id))
    const records = await readTopics(kafka.brokers, [shared.KAFKA_TOPIC_CLICK], (read) => found(read).size >= ids.size, 60_000)
    expect(found(records)).toEqual(ids)
    await ready(other)
    const times = await readTopics(
      kafka.brokers,
      [shared.KAFKA_TOPIC_CLICK],
      (read) => read.filter(({ value }) => value.includes(skewed.id)).length >= 2,
    )
    expect(new Set(times.map(({ value }) => JSON.parse(value)).flatMap(({ id, time }) => (id === skewed.id ? [time] : []))).size).toBe(1)
    await other.stop()
  })
})
