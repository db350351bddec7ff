import { Kafka, logLevel } from 'kafkajs'
import { pino } from 'pino'
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { type KafkaConfig, readConfig } from '../config.ts'
import { pipelineEnv } from '../testing/kafka-pipeline.ts'
import { storedRecord } from '../testing/stored-record.ts'
import { readTopics } from '../testing/topic.ts'
import { letterRecord, readLetters, replayDeadLetters } from './dead-letters.ts'

const servers = inject('stack')
const kafka = new Kafka({ brokers: servers.kafkaBrokers.split(','), logLevel: logLevel.NOTHING })
const [admin, producer] = [kafka.admin(), kafka.producer()]
const log = pino({ level: 'silent' })
let config: KafkaConfig
/** Of the records whose letters lie in the topic. */
let ids: string[]

beforeAll(() => Promise.all([admin.connect(), producer.connect()]))
afterAll(() => Promise.all([admin.disconnect(), producer.disconnect()]))
beforeEach(async () => {
  config = readConfig(pipelineEnv(servers)).kafka!
  const topics = [config.deadLetterTopic, config.topics.click].map((topic) => ({ topic, numPartitions: 2 }))
  await admin.createTopics({ topics, waitForLeaders: true })
  const records = Array.from({ length: 6 }, (_, seq) => storedRecord({ seq }))
  ids = records.map(({ id }) => id).sort()
  const letters = records.map((record, index) => {
    const placement = { topic: config.topics.click, partition: 0, offset: String(index) }
    const letter = { code: 'refused_by_store', message: 'no', placement, value: JSON.stringify(record) }
    return { ...letterRecord(config.deadLetterTopic, letter), partition: index % 2 }
  })
  await producer.send({ topic: config.deadLetterTopic, messages: letters })
})

const replay = () => replayDeadLetters(config, log, false)
const all = { found: 6, replayed: 6, left: 0 }

describe('a replay', () => {
  it('is one at a time: a second one says so, and takes nothing from the first', async () => {
    const member = kafka.consumer({ groupId: `${config.groupId}.replay` })
    await member.connect()
    await member.subscribe({ topic: config.deadLetterTopic })
    const joined = new Promise((resolve) => member.on('consumer.group_join', resolve))
    await member.run({ eachMessage: async () => undefined, autoCommit: false })
    await joined
    await expect(replay()).rejects.toThrow('another replay of dead letters is under way')
    await member.disconnect()
    expect(await replay()).toEqual(all)
    expect(await replay()).toEqual({ found: 0, replayed: 0, left: 0 })
  })

  it('that meets another at its very start ends, and what neither has put back is put back by the next', async () => {
    for (const result of await Promise.allSettled([replay(), replay()]))
      if (result.status === 'rejected') expect(result.reason.message).toContain('another replay of dead letters is under way')
    await replay()
    const idOf = ({ value }: { value: string }) => JSON.parse(value).id as string
    const back = await readTopics(servers.kafkaBrokers, [config.topics.click], (records) => new Set(records.map(idOf)).size === ids.length)
    expect([...new Set(back.map(idOf))].sort()).toEqual(ids)
    expect(await replay()).toEqual({ found: 0, replayed: 0, left: 0 })
  })

  it('does not wait for letters that the topic has forgotten meanwhile', async () => {
    const topic = config.deadLetterTopic
    // It must know the topic before it deletes anything there.
    await admin.fetchTopicOffsets(topic)
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 1, offset: '3' }] })
    const consumer = kafka.consumer({ groupId: `${config.groupId}.replay` })
    await consumer.connect()
    const places = [0, 1].map((partition) => ({ partition, from: 0n, end: 3n }))
    const read: string[] = []
    await readLetters({ admin, consumer, topic }, places, async (letters) => void read.push(...letters.map(({ offset }) => offset)))
    await consumer.disconnect()
    expect(read).toEqual(['0', '1', '2'])
  })
})
