import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { request } from 'undici'
import { type InfluxConfig, isLoopback } from '../config.ts'
import { SinkUnavailable } from '../errors.ts'
import type { Lines } from './lines.ts'
import type { Refusal } from './sink.ts'

/** Most lines of one write. */
export const MAX_LINES = 5_000

const TIMEOUT_MS = 20_000
/** zlib hands over its output in chunks, each with a way through the thread pool: one chunk should do. */
const MIN_CHUNK_BYTES = 16 * 1024
const compress = promisify(gzip)

/** Statuses with which InfluxDB says that the lines themselves are at fault; part of them may be stored. */
const atFault = new Set([400, 413, 422])
/** How InfluxDB begins to say that the body did not arrive as it was sent. Further on an answer may quote a line, and so whatever a page says. */
const damaged = /"message":"unable to read data: /

/** More than level 1 costs more CPU than everything else together. On one machine fewer bytes gain nothing: there gzip is only for its checksum. */
const levelFor = (url: string): number => (isLoopback(new URL(url).hostname) ? 0 : 1)

/**
 * Makes a writer of lines. One POST of ready text is all it takes, so the client library's own buffer and retries, which would
 * acknowledge before InfluxDB does, are left out.
 */
export function influxWriter({ url, token, bucket, organisation }: InfluxConfig) {
  const address = `${url}/api/v2/write?${new URLSearchParams({ org: organisation, bucket, precision: 'ns' })}`
  const level = levelFor(url)
  const headers = { authorization: `Token ${token}`, 'content-encoding': 'gzip', 'content-type': 'text/plain; charset=utf-8' }

  /** Resolves with the reason when the lines are at fault, else with undefined. */
  async function post(lines: Buffer): Promise<string | undefined> {
    const body = await compress(lines, {
      level,
      chunkSize: Math.max(MIN_CHUNK_BYTES, level === 0 ? lines.length + MIN_CHUNK_BYTES : lines.length >> 2),
    })
    // fetch() would copy the body twice.
    const sent = request(address, { method: 'POST', headers, body, signal: AbortSignal.timeout(TIMEOUT_MS) })
    const { statusCode, body: answered } = await sent.catch((error: Error) => {
      throw new SinkUnavailable(`InfluxDB: ${error.message}`)
    })
    const answer = await answered.text().catch(() => '')
    if (statusCode >= 200 && statusCode < 300) return undefined
    if (atFault.has(statusCode) && !damaged.test(answer)) return answer.slice(0, 500)
    throw new SinkUnavailable(`InfluxDB: ${statusCode} ${answer.slice(0, 300)}`)
  }

  /**
   * Writes lines. When InfluxDB complains, halves them until it is clear which ones it refuses: all others are stored. Writing the same line
   * again changes nothing.
   * @throws {SinkUnavailable}
   */
  return async function write(lines: Lines, start = 0, end = lines.count): Promise<Refusal[]> {
    const reason = await post(lines.bytes(start, end))
    if (reason === undefined) return []
    if (end - start === 1) {
      // A network that changes bytes can make any line look bad. One that is bad is bad again.
      const again = await post(lines.bytes(start, end))
      return again === undefined ? [] : [{ index: start, code: 'refused_by_store', message: again }]
    }
    const middle = (start + end) >> 1
    return [...(await write(lines, start, middle)), ...(await write(lines, middle, end))]
  }
}
