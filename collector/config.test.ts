import { eventTypes } from '@webwatch/events'
import Fastify from 'fastify'
import { describe, expect, it } from 'vitest'
import { ConfigError, isLoopback, readConfig } from './config.ts'

const kafka = { KAFKA_BROKER_URL: 'a:9092, b:9092', INFLUX_TOKEN: 'secret' }

type Env = Readonly<Record<string, string>>
const sasl = { KAFKA_SASL_MECHANISM: 'plain', KAFKA_SASL_USERNAME: 'u', KAFKA_SASL_PASSWORD: 'p' }
const topicVariables = eventTypes.map(({ type }) => `KAFKA_TOPIC_${type.toUpperCase()}`)

/** Values that make no sense, and what is said of them. */
const refused: [env: Env, message: RegExp][] = [
  [{ SITE_TIME_ZONES: 'shop.example:Europe/Nowhere' }, /^SITE_TIME_ZONES: entry 1 is not site:zone/],
  [{ RAW_RETENTION_DAYS: '7' }, /^RAW_RETENTION_DAYS=7 is too short: .+ keep them for 8 at least/],
  [{ AGGREGATE_RETENTION_DAYS: '60' }, /^AGGREGATE_RETENTION_DAYS=60 is shorter than RAW_RETENTION_DAYS=90: keep aggregates as long/],
  [{ SERVER_PORT: 'http' }, /^SERVER_PORT="http" is not a whole number from 0 to 65535$/],
  [{ SERVER_PORT: '70000' }, /^SERVER_PORT/],
  [{ SERVER_HOST: 'my host' }, /^SERVER_HOST="my host" is not a host name or an address, such as 127\.0\.0\.1/],
  [{ SERVER_HOST: '0.0.0.0' }, /^WRITE_KEYS is missing: SERVER_HOST=0\.0\.0\.0 can be reached .+ needs keys \(site:key,…\)$/],
  [{ DATA_DIR: 'a\nb' }, /^DATA_DIR="a\\nb" is not a path/],
  [{ COLLECTOR_ROLE: 'everything' }, /^COLLECTOR_ROLE="everything" is not one of all, ingest, sink$/],
  [{ COLLECTOR_ROLE: 'ingest' }, /^COLLECTOR_ROLE=ingest needs KAFKA_BROKER_URL/],
  [{ LOG_LEVEL: 'loud' }, /^LOG_LEVEL="loud" is not one of fatal, error, warn, info, debug, trace, silent$/],
  [{ KAFKA_BROKER_URL: 'kafka' }, /^KAFKA_BROKER_URL="kafka" is not a comma-separated list of host:port$/],
  [{ KAFKA_BROKER_URL: 'a:9092' }, /^INFLUX_TOKEN is missing: with KAFKA_BROKER_URL set, events are stored in InfluxDB$/],
  [{ ...kafka, KAFKA_GROUP_ID: 'a"b' }, /^KAFKA_GROUP_ID=.+ is not a name/],
  [{ ...kafka, KAFKA_SSL: 'perhaps' }, /^KAFKA_SSL="perhaps" is not one of true, false$/],
  [{ ...kafka, KAFKA_SASL_MECHANISM: 'plain' }, /^KAFKA_SASL_MECHANISM needs KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD$/],
  [{ ...kafka, KAFKA_SASL_MECHANISM: 'kerberos' }, /^KAFKA_SASL_MECHANISM="kerberos" is not one of none, plain/],
  [{ ...kafka, ...sasl, KAFKA_SASL_USERNAME: 'a\tb' }, /^KAFKA_SASL_USERNAME holds control characters/],
  [{ ...kafka, ...sasl, KAFKA_SASL_PASSWORD: 'a\nb' }, /^KAFKA_SASL_PASSWORD holds control characters/],
  [{ ...kafka, KAFKA_PARTITIONS: '0' }, /^KAFKA_PARTITIONS="0" is not a whole number from 1/],
  [{ ...kafka, KAFKA_REPLICATION: '1.5' }, /^KAFKA_REPLICATION="1\.5" is not a whole number from 1/],
  [{ ...kafka, SPOOL_MAX_BYTES: '1 GiB' }, /^SPOOL_MAX_BYTES="1 GiB" is not a whole number from 1048576 to 1099511627776$/],
  [{ DUCKDB_MEMORY_BYTES: '1000' }, /^DUCKDB_MEMORY_BYTES="1000" is not a whole number from 134217728 to/],
  ...topicVariables.map((name): [Env, RegExp] => [
    { ...kafka, [name]: 'no spaces' },
    new RegExp(`^${name}="no spaces" is not the name of a Kafka topic$`),
  ]),
  [{ ...kafka, KAFKA_TOPIC_DEAD_LETTER: '..' }, /^KAFKA_TOPIC_DEAD_LETTER/],
  [{ ...kafka, KAFKA_TOPIC_RECEIPTS: 'ü' }, /^KAFKA_TOPIC_RECEIPTS/],
  [{ ...kafka, KAFKA_TOPIC_CLICK: 'webwatch.receipts' }, /^the topic webwatch\.receipts is configured twice/],
  [{ KAFKA_TOPIC_CLICKS: 'x' }, /^KAFKA_TOPIC_CLICKS names no event type: docs\/events\.md lists them/],
  [{ ...kafka, INFLUX_URL: 'influx' }, /^INFLUX_URL="influx" is not an http or https address$/],
  [{ ...kafka, INFLUX_TOKEN: 'a\nb' }, /^INFLUX_TOKEN holds control characters/],
  [{ ...kafka, INFLUX_BUCKET: 'a"b' }, /^INFLUX_BUCKET/],
  [{ ...kafka, INFLUX_ORGANISATION: 'x'.repeat(256) }, /^INFLUX_ORGANISATION/],
  [{ WRITE_KEYS: 'shop.example' }, /^WRITE_KEYS: entry 1 is not site:key$/],
  [{ WRITE_KEYS: `a.example:x,b.example:${'y'.repeat(257)}` }, /^WRITE_KEYS: the key of entry 2 is not 1 to 256 visible ASCII characters$/],
  [{ READ_KEYS: 'shop.example:' }, /^READ_KEYS: entry 1 is not site:key$/],
  [{ ADMIN_TOKEN: 'two words' }, /^ADMIN_TOKEN: the key of entry 1 is not/],
  [{ WRITE_KEYS: 'a.example:same', ADMIN_TOKEN: 'same' }, /^ADMIN_TOKEN and WRITE_KEYS share a key/],
  [{ TRUST_PROXY: 'nginx' }, /^TRUST_PROXY="nginx" is not true, false, a number of proxies or a list of their addresses$/],
  ...['abc', '10.0.0.0/33', '::/0', '10.0.0.1,', '1.2.3.4.5', '::1::'].map((value): [Env, RegExp] => [
    { TRUST_PROXY: value, WRITE_KEYS: '*:key' },
    /^TRUST_PROXY=".+" is not true, false, a number of proxies or a list of their addresses$/,
  ]),
  [{ TRUST_PROXY: 'true' }, /^WRITE_KEYS is missing: TRUST_PROXY says/],
]

describe('the environment', () => {
  it('has a default for everything: the embedded pipeline on loopback', () => {
    expect(readConfig({})).toEqual({
      host: '127.0.0.1',
      port: 8080,
      loopback: true,
      dataDir: './data',
      role: 'all',
      keys: { write: [], read: [], admin: [] },
      trustProxy: false,
      timeZones: new Map(),
      retention: { rawDays: 90, aggregateDays: 730 },
      logLevel: 'info',
      duckDbMemoryBytes: expect.any(Number),
      unused: [],
    })
  })

  it('reads Kafka and InfluxDB', () => {
    const config = readConfig({ ...kafka, KAFKA_TOPIC_CLICK: 'shop.clicks', KAFKA_PARTITIONS: '3', INFLUX_URL: 'https://influx.example/' })
    expect(config.kafka).toMatchObject({ brokers: ['a:9092', 'b:9092'], groupId: 'webwatch', ssl: false, partitions: 3, replication: 1 })
    expect(config.kafka?.topics.click).toBe('shop.clicks')
    expect(config.kafka).toMatchObject({ deadLetterTopic: 'webwatch.dead-letter', receiptsTopic: 'webwatch.receipts' })
    expect(config.influx).toEqual({ url: 'https://influx.example', token: 'secret', bucket: 'analytics', organisation: 'webwatch' })
  })

  it('knows proxies by their number, their addresses and their networks', () => {
    const proxies = (value: string) => readConfig({ TRUST_PROXY: value, WRITE_KEYS: '*:key' }).trustProxy
    const list = '10.0.0.0/8, fd00::/8,192.0.2.1'
    expect(['true', '2', '10.0.0.1', list].map(proxies)).toEqual([true, 2, '10.0.0.1', list])
    // Fastify takes what is taken here.
    expect(Fastify({ trustProxy: list })).toBeTruthy()
  })

  it('bounds the spool', () => {
    expect(readConfig(kafka).kafka?.spoolMaxBytes).toBe(2 ** 30)
    expect(readConfig({ ...kafka, SPOOL_MAX_BYTES: '1048576' }).kafka?.spoolMaxBytes).toBe(2 ** 20)
  })

  it('names what is given for Kafka and InfluxDB and not used without a Kafka', () => {
    const influx = { INFLUX_URL: 'http://influx:8086', INFLUX_TOKEN: 'secret', INFLUX_BUCKET: '' }
    expect(readConfig({ ...influx, KAFKA_GROUP_ID: 'mine', SPOOL_MAX_BYTES: '1048576' }).unused).toEqual([
      'INFLUX_TOKEN',
      'INFLUX_URL',
      'KAFKA_GROUP_ID',
      'SPOOL_MAX_BYTES',
    ])
    expect(readConfig({ ...influx, ...kafka }).unused).toEqual([])
  })

  it('takes an empty variable for an unset one', () => {
    expect(readConfig({ KAFKA_BROKER_URL: '', SERVER_PORT: ' ', WRITE_KEYS: '' })).toEqual(readConfig({}))
  })

  it('reads write keys of sites with and without a port', () => {
    expect(readConfig({ WRITE_KEYS: 'shop.example:abc, localhost:3000:def' }).keys.write).toEqual([
      { site: 'shop.example', key: 'abc' },
      { site: 'localhost:3000', key: 'def' },
    ])
  })

  it.each(refused)('stops at %o with one line that says what is wanted', (env, message) => {
    expect(() => readConfig(env)).toThrow(ConfigError)
    expect(() => readConfig(env)).toThrow(message)
    expect(() => readConfig(env)).toThrow(/^.{10,300}$/)
  })

  const ofServers = refused.filter(([{ KAFKA_BROKER_URL: brokers }]) => brokers === kafka.KAFKA_BROKER_URL)
  it.each(ofServers)('stops at %o in the embedded pipeline too, which does not use it', (env, message) => {
    const { KAFKA_BROKER_URL: _, INFLUX_TOKEN: token = '', ...embedded } = env
    expect(() => readConfig(token === kafka.INFLUX_TOKEN ? embedded : { ...embedded, INFLUX_TOKEN: token })).toThrow(message)
  })

  it('has a line for a wrong value of every variable that is read', () => {
    const read = new Set<string>()
    const spy = (env: Env) =>
      new Proxy(env, {
        get(target, name) {
          if (typeof name === 'string') read.add(name)
          return Reflect.get(target, name)
        },
      })
    readConfig(spy({}))
    readConfig(spy({ ...kafka, ...sasl }))
    const tried = new Set(refused.flatMap(([env]) => Object.keys(env)))
    expect([...read].filter((name) => !tried.has(name))).toEqual([])
  })

  it('never repeats a key in a message', () => {
    expect(() => readConfig({ WRITE_KEYS: 'shop.example:fine,very-secret' })).toThrow(/^(?!.*secret)/)
  })

  it('knows which addresses stay on this machine', () => {
    expect(['127.0.0.1', '127.1.2.3', 'localhost', '::1', '[::1]'].every(isLoopback)).toBe(true)
    expect(['0.0.0.0', '::', '10.0.0.1', 'shop.example', '127.0.0.1.example'].some(isLoopback)).toBe(false)
  })
})
