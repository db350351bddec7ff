import { describe, expect, it } from 'vitest'
import { ConfigError, isLoopback, readConfig } from './config.ts'

const kafka = { KAFKA_BROKER_URL: 'a:9092, b:9092', INFLUX_TOKEN: 'secret' }

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
      logLevel: 'info',
    })
  })

  it('reads Kafka and InfluxDB', () => {
    const config = readConfig({ ...kafka, KAFKA_TOPIC_CLICK: 'shop.clicks', KAFKA_PARTITIONS: '3', INFLUX_URL: 'https://influx.example/' })
    expect(config.kafka).toMatchObject({ brokers: ['a:9092', 'b:9092'], groupId: 'webwatch', ssl: false, partitions: 3, replication: 1 })
    expect(config.kafka?.topics.click).toBe('shop.clicks')
    expect(config.kafka).toMatchObject({ deadLetterTopic: 'webwatch.dead-letter', receiptsTopic: 'webwatch.receipts' })
    expect(config.influx).toEqual({ url: 'https://influx.example', token: 'secret', bucket: 'analytics', organisation: 'webwatch' })
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

  it.each([
    [{ SERVER_PORT: 'http' }, /^SERVER_PORT="http" is not a whole number/],
    [{ SERVER_PORT: '70000' }, /^SERVER_PORT/],
    [{ COLLECTOR_ROLE: 'everything' }, /^COLLECTOR_ROLE="everything" is not one of all, ingest, sink$/],
    [{ COLLECTOR_ROLE: 'ingest' }, /KAFKA_BROKER_URL/],
    [{ LOG_LEVEL: 'loud' }, /^LOG_LEVEL/],
    [{ KAFKA_BROKER_URL: 'kafka' }, /^KAFKA_BROKER_URL/],
    [{ KAFKA_BROKER_URL: 'a:9092' }, /^INFLUX_TOKEN is missing/],
    [{ ...kafka, KAFKA_SSL: 'perhaps' }, /^KAFKA_SSL/],
    [{ ...kafka, KAFKA_SASL_MECHANISM: 'plain' }, /KAFKA_SASL_USERNAME/],
    [{ ...kafka, KAFKA_SASL_MECHANISM: 'kerberos' }, /^KAFKA_SASL_MECHANISM/],
    [{ ...kafka, KAFKA_PARTITIONS: '0' }, /^KAFKA_PARTITIONS/],
    [{ ...kafka, KAFKA_TOPIC_CLICK: 'no spaces' }, /^KAFKA_TOPIC_CLICK/],
    [{ ...kafka, KAFKA_TOPIC_CLICK: 'webwatch.receipts' }, /configured twice/],
    [{ KAFKA_TOPIC_CLICKS: 'x' }, /^KAFKA_TOPIC_CLICKS names no event type$/],
    [{ ...kafka, INFLUX_URL: 'influx' }, /^INFLUX_URL/],
    [{ WRITE_KEYS: 'shop.example' }, /^WRITE_KEYS: entry 1 is not site:key$/],
    [{ SERVER_HOST: '0.0.0.0' }, /^WRITE_KEYS is missing: SERVER_HOST=0\.0\.0\.0/],
    [{ TRUST_PROXY: 'nginx' }, /^TRUST_PROXY/],
  ])('stops at %o with one line', (env, message) => {
    expect(() => readConfig(env)).toThrow(ConfigError)
    expect(() => readConfig(env)).toThrow(message)
  })

  it('never repeats a key in a message', () => {
    expect(() => readConfig({ WRITE_KEYS: 'shop.example:fine,very-secret' })).toThrow(/^(?!.*secret)/)
  })

  it('knows which addresses stay on this machine', () => {
    expect(['127.0.0.1', '127.1.2.3', 'localhost', '::1', '[::1]'].every(isLoopback)).toBe(true)
    expect(['0.0.0.0', '::', '10.0.0.1', 'shop.example', '127.0.0.1.example'].some(isLoopback)).toBe(false)
  })
})
