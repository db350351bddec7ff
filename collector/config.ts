import { totalmem } from 'node:os'
import { type EventName, eventTypes } from '@webwatch/events'
import { isZone } from '@webwatch/metrics/zone.ts'
import ipaddr from 'ipaddr.js'
import { parsedUrl } from './parsed-url.ts'

export type Role = 'all' | 'ingest' | 'sink'

/** Everything that the environment decides. */
export interface Config {
  host: string
  /** 0 lets the operating system choose. */
  port: number
  /** Whether only programs on this machine can reach the collector: then reads need no key. A proxy in front of it makes that untrue. */
  loopback: boolean
  dataDir: string
  role: Role
  /** Absent: the embedded pipeline. */
  kafka?: KafkaConfig
  /** Absent: DuckDB, or no store in a process that only takes events. */
  influx?: InfluxConfig
  keys: Keys
  /** Which peers may say in `X-Forwarded-For` whom they speak for: all, none, the nearest so many, or a list of addresses. */
  trustProxy: boolean | number | string
  /** Time zones by whose clocks the days of sites are counted, by site; `*` stands for those that are not named. */
  timeZones: ReadonlyMap<string, string>
  /** How long events and aggregates are kept, in days; 0: for good. */
  retention: { rawDays: number; aggregateDays: number }
  logLevel: string
  /** Most bytes of memory that the embedded store takes for what it keeps ready and for its queries. */
  duckDbMemoryBytes: number
  /** Settings that are given, and that nothing here uses. */
  unused: readonly string[]
}

/** The key of a site, or with `*` of any. A site may have several, so that a new one can be in use before the old one goes. */
export interface SiteKey {
  site: string
  key: string
}

/** Who may do what: the only settings that change while the collector runs. */
export interface Keys {
  /** Empty: no key is needed to write. */
  write: readonly SiteKey[]
  /** These read the events of their sites. */
  read: readonly SiteKey[]
  /** These read everything. */
  admin: readonly string[]
}

export interface KafkaConfig {
  brokers: string[]
  groupId: string
  ssl: boolean
  sasl?: { mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'; username: string; password: string }
  topics: Record<EventName, string>
  deadLetterTopic: string
  receiptsTopic: string
  partitions: number
  replication: number
  /** Most bytes of records on disk that wait for Kafka. */
  spoolMaxBytes: number
}

export interface InfluxConfig {
  url: string
  token: string
  bucket: string
  organisation: string
}

/** A setting that the collector cannot work with, told in one line. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

type Environment = Readonly<Record<string, string | undefined>>

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const
/** Oldest event that ingest takes. */
const MAX_AGE_DAYS = 7
const MIB = 1024 * 1024
const mechanisms = ['plain', 'scram-sha-256', 'scram-sha-512'] as const
const topicVariable = (type: string) => `KAFKA_TOPIC_${type.toUpperCase()}`

const fail = (name: string, value: string, wanted: string): never => {
  throw new ConfigError(`${name}=${JSON.stringify(value.slice(0, 100))} is not ${wanted}`)
}

/** An empty variable counts as unset, as in a `.env` file with blanks to fill in. */
const text = (env: Environment, name: string): string | undefined => env[name]?.trim() || undefined

/** A name that other programs know, such as of a bucket. */
function named(env: Environment, name: string, fallback: string): string {
  const value = text(env, name) ?? fallback
  if (!/^[^\p{Cc}"\\]{1,255}$/u.test(value)) fail(name, value, 'a name: at most 255 characters, without quotes and control characters')
  return value
}

function path(env: Environment, name: string, fallback: string): string {
  const value = text(env, name) ?? fallback
  if (/\p{Cc}/u.test(value)) fail(name, value, 'a path: it holds control characters')
  return value
}

/** Something that nobody may read in a message. */
function secret(env: Environment, name: string): string | undefined {
  const value = text(env, name)
  if (value !== undefined && /\p{Cc}/u.test(value))
    throw new ConfigError(`${name} holds control characters: was it copied with a line break in it?`)
  return value
}

function integer(env: Environment, name: string, fallback: number, min: number, max: number): number {
  const value = text(env, name)
  if (value === undefined) return fallback
  const number = Number(value)
  if (!/^\d+$/.test(value) || number < min || number > max) fail(name, value, `a whole number from ${min} to ${max}`)
  return number
}

function choice<Value extends string>(env: Environment, name: string, values: readonly Value[], fallback: Value): Value {
  const value = text(env, name)?.toLowerCase()
  if (value === undefined) return fallback
  const found = values.find((candidate) => candidate === value)
  return found ?? fail(name, value, `one of ${values.join(', ')}`)
}

function topic(env: Environment, name: string, fallback: string): string {
  const value = text(env, name) ?? fallback
  if (!/^[\w.-]{1,249}$/.test(value) || value === '.' || value === '..') fail(name, value, 'the name of a Kafka topic')
  return value
}

function brokers(value: string): string[] {
  const list = value.split(',').map((broker) => broker.trim())
  for (const broker of list) {
    const port = Number(/:(\d{1,5})$/.exec(broker)?.[1] ?? 0)
    if (!/^(\[[\da-f:.]+\]|[\w.-]+):\d+$/i.test(broker) || port < 1 || port > 65535) {
      fail('KAFKA_BROKER_URL', value, 'a comma-separated list of host:port')
    }
  }
  return list
}

function sasl(env: Environment): KafkaConfig['sasl'] {
  const chosen = choice(env, 'KAFKA_SASL_MECHANISM', ['none', ...mechanisms], 'none')
  if (chosen === 'none') return undefined
  const username = secret(env, 'KAFKA_SASL_USERNAME')
  const password = secret(env, 'KAFKA_SASL_PASSWORD')
  if (!username || !password) throw new ConfigError('KAFKA_SASL_MECHANISM needs KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD')
  return { mechanism: chosen, username, password }
}

function topics(env: Environment): Record<EventName, string> {
  const known = new Set(['KAFKA_TOPIC_DEAD_LETTER', 'KAFKA_TOPIC_RECEIPTS', ...eventTypes.map(({ type }) => topicVariable(type))])
  for (const name of Object.keys(env)) {
    if (name.startsWith('KAFKA_TOPIC_') && !known.has(name))
      throw new ConfigError(`${name} names no event type: docs/events.md lists them, such as ${topicVariable('click')} for click`)
  }
  return Object.fromEntries(eventTypes.map(({ type }) => [type, topic(env, topicVariable(type), `webwatch.${type}`)])) as Record<
    EventName,
    string
  >
}

/** Reads all settings, so that one of no sense stops the start also where it would do nothing. */
function kafka(env: Environment): KafkaConfig | undefined {
  const url = text(env, 'KAFKA_BROKER_URL')
  const mechanism = sasl(env)
  const config: KafkaConfig = {
    brokers: url === undefined ? [] : brokers(url),
    groupId: named(env, 'KAFKA_GROUP_ID', 'webwatch'),
    ssl: choice(env, 'KAFKA_SSL', ['true', 'false'], 'false') === 'true',
    topics: topics(env),
    deadLetterTopic: topic(env, 'KAFKA_TOPIC_DEAD_LETTER', 'webwatch.dead-letter'),
    receiptsTopic: topic(env, 'KAFKA_TOPIC_RECEIPTS', 'webwatch.receipts'),
    partitions: integer(env, 'KAFKA_PARTITIONS', 6, 1, 10_000),
    replication: integer(env, 'KAFKA_REPLICATION', 1, 1, 100),
    spoolMaxBytes: integer(env, 'SPOOL_MAX_BYTES', 1024 * MIB, MIB, 1024 * 1024 * MIB),
    ...(mechanism && { sasl: mechanism }),
  }
  const used = [...Object.values(config.topics), config.deadLetterTopic, config.receiptsTopic]
  const twice = used.find((name, index) => used.indexOf(name) !== index)
  if (twice) throw new ConfigError(`the topic ${twice} is configured twice: each event type needs its own`)
  return url === undefined ? undefined : config
}

function influx(env: Environment, needed: boolean): InfluxConfig | undefined {
  const url = text(env, 'INFLUX_URL') ?? 'http://127.0.0.1:8086'
  if (!/^https?:$/.test(parsedUrl(url)?.protocol ?? '')) fail('INFLUX_URL', url, 'an http or https address')
  const token = secret(env, 'INFLUX_TOKEN')
  const names = { bucket: named(env, 'INFLUX_BUCKET', 'analytics'), organisation: named(env, 'INFLUX_ORGANISATION', 'webwatch') }
  if (token) return { url: url.replace(/\/+$/, ''), token, ...names }
  if (needed) throw new ConfigError('INFLUX_TOKEN is missing: with KAFKA_BROKER_URL set, events are stored in InfluxDB')
  return undefined
}

/** Longest key, as in a batch. */
const MAX_KEY_LENGTH = 256

const listed = (env: Environment, name: string): string[] =>
  (env[name] ?? '')
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean)

/**
 * Reads `site:key,…`. A site may hold a port, so the last colon divides.
 * @throws {ConfigError} which never repeats a key
 */
function siteKeys(env: Environment, name: string): SiteKey[] {
  return listed(env, name).map((pair, index) => {
    const colon = pair.lastIndexOf(':')
    const site = pair.slice(0, colon).trim().toLowerCase()
    const key = pair.slice(colon + 1).trim()
    if (colon < 1 || !site || !key) throw new ConfigError(`${name}: entry ${index + 1} is not site:key`)
    checkKey(name, key, index)
    return { site, key }
  })
}

/** Reads `site:zone,…`. @throws {ConfigError} */
function timeZones(env: Environment): Config['timeZones'] {
  return new Map(
    listed(env, 'SITE_TIME_ZONES').map((pair, index) => {
      const colon = pair.lastIndexOf(':')
      const zone = pair.slice(colon + 1).trim()
      if (colon < 1 || !isZone(zone))
        throw new ConfigError(
          `SITE_TIME_ZONES: entry ${index + 1} is not site:zone with the name of a time zone, such as shop.example:Europe/Berlin`,
        )
      return [pair.slice(0, colon).trim().toLowerCase(), zone]
    }),
  )
}

function checkKey(name: string, key: string, index: number): void {
  if (!/^[\x21-\x7e]+$/.test(key) || key.length > MAX_KEY_LENGTH) {
    throw new ConfigError(`${name}: the key of entry ${index + 1} is not 1 to ${MAX_KEY_LENGTH} visible ASCII characters`)
  }
}

/**
 * Reads the keys alone.
 * @throws {ConfigError} which never repeats a key
 */
function readKeys(env: Environment): Keys {
  const keys: Keys = { write: siteKeys(env, 'WRITE_KEYS'), read: siteKeys(env, 'READ_KEYS'), admin: listed(env, 'ADMIN_TOKEN') }
  keys.admin.forEach((token, index) => {
    checkKey('ADMIN_TOKEN', token, index)
  })
  // Write keys are in the source of pages.
  const writing = new Set(keys.write.map(({ key }) => key))
  const shared = keys.read.some(({ key }) => writing.has(key))
    ? 'READ_KEYS'
    : keys.admin.some((token) => writing.has(token)) && 'ADMIN_TOKEN'
  if (shared) throw new ConfigError(`${shared} and WRITE_KEYS share a key: whoever may write could read, so make them different`)
  return keys
}

/** Whether only programs on this machine can connect to this address. */
export const isLoopback = (host: string): boolean => /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i.test(host)

/** An address or a subnet, as Fastify will take it: later, and without the name of the setting. */
const isNetwork = (entry: string): boolean => ipaddr.isValid(entry) || (ipaddr.isValidCIDR(entry) && !/\/0+$/.test(entry))

/** Express-style: `true`, a number of proxies, or a list of their addresses and subnets. */
function trustProxy(env: Environment): Config['trustProxy'] {
  const value = text(env, 'TRUST_PROXY') ?? 'false'
  if (value === 'true' || value === 'false') return value === 'true'
  if (/^\d+$/.test(value)) return Number(value)
  if (!value.split(',').every((entry) => isNetwork(entry.trim())))
    fail('TRUST_PROXY', value, 'true, false, a number of proxies or a list of their addresses')
  return value
}

/** Aggregates are what is left when events have gone, so they may not go before them. */
function retention(env: Environment): Config['retention'] {
  const rawDays = integer(env, 'RAW_RETENTION_DAYS', 90, 0, 36_500)
  const aggregateDays = integer(env, 'AGGREGATE_RETENTION_DAYS', 730, 0, 36_500)
  if (rawDays > 0 && rawDays <= MAX_AGE_DAYS) {
    throw new ConfigError(
      `RAW_RETENTION_DAYS=${rawDays} is too short: events may be ${MAX_AGE_DAYS} days old when they come, so keep them for ${MAX_AGE_DAYS + 1} at least, or for good with 0`,
    )
  }
  if (aggregateDays > 0 && (rawDays === 0 || aggregateDays < rawDays)) {
    throw new ConfigError(
      `AGGREGATE_RETENTION_DAYS=${aggregateDays} is shorter than RAW_RETENTION_DAYS=${rawDays || '0 (for good)'}: keep aggregates as long as events at least, or for good with 0`,
    )
  }
  return { rawDays, aggregateDays }
}

/**
 * Where other machines can send events, nobody may write without a key.
 * @throws {ConfigError} when there is none
 */
export function demandWriteKeys({ host, loopback, role }: Pick<Config, 'host' | 'loopback' | 'role'>, { write }: Keys): void {
  if (loopback || role === 'sink' || write.length > 0) return
  const why = isLoopback(host) ? 'TRUST_PROXY says that a proxy brings requests' : `SERVER_HOST=${host} can be reached`
  throw new ConfigError(`WRITE_KEYS is missing: ${why} from other machines, so writing needs keys (site:key,…)`)
}

const LEAST_DUCKDB_BYTES = 128 * MIB

/** Half of the memory that this process may have. With less than its ids and row groups take, DuckDB reads them again and again: at ten million events with 1 GiB an event cost 1.8 times as much. */
const halfOfMemory = (): number =>
  Math.max(LEAST_DUCKDB_BYTES, Math.floor(Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY) / 2))

/** Settings of Kafka, its spool and InfluxDB that somebody has given and that mean nothing without `KAFKA_BROKER_URL`. */
const unusedWithoutKafka = (env: Environment): string[] =>
  Object.keys(env)
    .filter((name) => /^(KAFKA|INFLUX|SPOOL)_/.test(name) && text(env, name) !== undefined)
    .sort()

/**
 * Makes the configuration of a collector from its environment.
 * @throws {ConfigError} on the first setting that makes no sense
 */
export function readConfig(env: Environment): Config {
  const host = text(env, 'SERVER_HOST') ?? '127.0.0.1'
  if (!/^[\w.:[\]-]+$/.test(host)) fail('SERVER_HOST', host, 'a host name or an address, such as 127.0.0.1 or 0.0.0.0')
  const role = choice(env, 'COLLECTOR_ROLE', ['all', 'ingest', 'sink'], 'all')
  const kafkaConfig = kafka(env)
  if (role !== 'all' && !kafkaConfig)
    throw new ConfigError(`COLLECTOR_ROLE=${role} needs KAFKA_BROKER_URL: the embedded pipeline is one process`)
  const influxConfig = influx(env, kafkaConfig !== undefined && role !== 'ingest')
  const keys = readKeys(env)
  const proxies = trustProxy(env)
  const loopback = isLoopback(host) && proxies === false
  demandWriteKeys({ host, loopback, role }, keys)
  return {
    host,
    port: integer(env, 'SERVER_PORT', 8080, 0, 65535),
    loopback,
    dataDir: path(env, 'DATA_DIR', './data'),
    role,
    keys,
    trustProxy: proxies,
    timeZones: timeZones(env),
    retention: retention(env),
    logLevel: choice(env, 'LOG_LEVEL', logLevels, 'info'),
    duckDbMemoryBytes: integer(env, 'DUCKDB_MEMORY_BYTES', halfOfMemory(), LEAST_DUCKDB_BYTES, 1024 * 1024 * MIB),
    unused: kafkaConfig ? [] : unusedWithoutKafka(env),
    ...(kafkaConfig && { kafka: kafkaConfig }),
    ...(kafkaConfig && influxConfig && { influx: influxConfig }),
  }
}
