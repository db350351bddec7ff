import { HttpError, InfluxDB } from '@influxdata/influxdb-client'
import { FRESH_MS } from '@webwatch/metrics/aggregates.ts'
import type { Logger } from 'pino'
import type { InfluxConfig } from '../config.ts'
import { clientGone, RequestError, SinkUnavailable } from '../errors.ts'
import { groupCommit } from '../group-commit.ts'
import { ensureBucket } from '../upkeep/influx-buckets.ts'
import { aggregateLateNow } from '../upkeep/influx-tasks.ts'
import { readEvents } from './influx-events.ts'
import { expireIn } from './influx-expire.ts'
import { forgetIn } from './influx-forget.ts'
import { influxWriter, MAX_LINES } from './influx-writer.ts'
import { type LateSpan, lateNotes, lateSpansOf } from './late-note.ts'
import { lineOf } from './line-protocol.ts'
import { Lines, linesOf } from './lines.ts'
import { addPlainRecord } from './plain-record.ts'
import { readTurns } from './read-turns.ts'
import type { Draft, DraftingSink, Refusal, Stored } from './sink.ts'

const READ_TIMEOUT_MS = 60_000
/** Two keep InfluxDB busy while the lines of the next two are packed. */
const CONCURRENT_WRITES = 4
/** Queries that InfluxDB is asked at once: each takes memory there, and of its two cores or four what writing needs too. */
const CONCURRENT_READS = 10
const none: ReadonlySet<string> = new Set()

const statusOf = (error: unknown): number | undefined => (error instanceof HttpError ? error.statusCode : undefined)

/**
 * The way to ask InfluxDB, which stops a query when its connection ends.
 * @param signal ends the connections of queries; the client takes one for all that it asks, and costs little to make
 */
const queryApi = ({ url, token, organisation }: InfluxConfig, signal?: AbortSignal) =>
  new InfluxDB({ url, token, timeout: READ_TIMEOUT_MS, ...(signal && { transportOptions: { signal } }) }).getQueryApi(organisation)

/** Why InfluxDB does not answer, or undefined when it does. */
async function influxIllness(url: string): Promise<string | undefined> {
  try {
    const response = await fetch(`${url}/health`, { signal: AbortSignal.timeout(3_000) })
    await response.text()
    return response.ok ? undefined : `InfluxDB: health ${response.status}`
  } catch (error) {
    return `InfluxDB: ${((error as Error).cause as Error | undefined)?.message || (error as Error).message}`
  }
}

/** InfluxDB's CSV spells a line break in a text as two characters; an event never holds the first of them. */
function mendLineBreaks(row: Record<string, unknown>): Record<string, unknown> {
  for (const [name, value] of Object.entries(row))
    if (typeof value === 'string' && value.includes('\r')) row[name] = value.replaceAll('\r\n', '\n')
  return row
}

/** What a failed query means for who asked. */
function readFailure(error: unknown): Error {
  if (error instanceof HttpError && (error.statusCode === 400 || error.statusCode === 422)) {
    return new RequestError('invalid_query', `The store cannot answer this query: ${error.message}`)
  }
  return new SinkUnavailable(`InfluxDB: ${(error as Error).message}`)
}

/** Gives each job the refusals of its own records, counted from its own start. */
function refusalsByJob(jobs: readonly Lines[], refused: readonly Refusal[]): Stored[] {
  let start = 0
  return jobs.map(({ count }) => {
    const from = start
    start += count
    const own = refused.filter(({ index }) => index >= from && index < start)
    return { refused: own.map((refusal) => ({ ...refusal, index: refusal.index - from })), duplicates: none }
  })
}

/** The store for large sites. It need not be there at the start. */
export function influxSink(config: InfluxConfig, log: Logger): DraftingSink {
  const queries = queryApi(config)
  const turns = readTurns(Array.from({ length: CONCURRENT_READS }))
  const post = influxWriter(config)
  let bucketReady = false
  let failure: string | undefined

  async function ready(): Promise<void> {
    if (bucketReady) return
    try {
      await ensureBucket(config, config.bucket)
      failure = undefined
    } catch (error) {
      // A token for writing alone may neither list nor create buckets: then only the write itself can tell.
      if (![401, 403].includes(statusOf(error) ?? 0)) throw new SinkUnavailable(`InfluxDB: ${(error as Error).message}`)
      log.debug({ reason: (error as Error).message }, 'the bucket cannot be looked up with this token')
    }
    bucketReady = true
  }

  // Who reads before anything was written should find an empty bucket, not none.
  ready().catch((error: Error) => {
    failure = error.message
    log.warn({ reason: error.message }, 'InfluxDB cannot be used yet')
  })

  async function writeLines(lines: Lines, start: number, end: number): Promise<Refusal[]> {
    try {
      await ready()
      const refused = await post(lines, start, end)
      failure = undefined
      return refused
    } catch (error) {
      failure = (error as Error).message
      bucketReady = false
      throw error
    }
  }

  async function ask(query: string, signal?: AbortSignal): Promise<Record<string, unknown>[]> {
    const found = await (signal ? queryApi(config, signal) : queries).collectRows<Record<string, unknown>>(query).catch((error) => {
      throw signal?.aborted ? clientGone() : readFailure(error)
    })
    return found.map(mendLineBreaks)
  }
  const rows: DraftingSink['rows'] = (query, signal) => turns.run(() => ask(query, signal), signal)

  const group = groupCommit<Lines, Stored>({
    maxWeight: MAX_LINES,
    concurrency: CONCURRENT_WRITES,
    lingerMs: 5,
    weigh: (lines) => lines.count,
    async commit(jobs) {
      const lines = jobs.length === 1 ? jobs[0]! : linesOf(jobs)
      const refused: Refusal[] = []
      for (let start = 0; start < lines.count; start += MAX_LINES) {
        refused.push(...(await writeLines(lines, start, Math.min(start + MAX_LINES, lines.count))))
      }
      const stored = refusalsByJob(jobs, refused)
      if (jobs.length > 1) lines.release()
      return stored
    },
  })

  function draft(bytes?: number): Draft {
    const lines = new Lines(bytes)
    let records: number | undefined
    let late: LateSpan[] = []
    let notedAt = 0
    return {
      add: (record) => lines.add(lineOf(record)),
      addJson: (json) => addPlainRecord(json, lines),
      async store() {
        records ??= lines.count
        // What is tried again for long becomes late meanwhile, and an old note is overlooked.
        const now = Date.now()
        late = lateSpansOf(lines, records, now)
        if (late.length > 0 && now - notedAt > FRESH_MS) {
          notedAt = now
          for (const note of lateNotes(late, now)) lines.add(note)
        }
        const { refused, duplicates } = await group.run(lines)
        lines.release()
        // A note that InfluxDB refuses is nobody's record.
        return {
          refused: refused.filter(({ index }) => index < records!),
          duplicates,
          late: late.reduce((sum, { events }) => sum + events, 0),
        }
      },
    }
  }

  return {
    store: 'influxdb',
    draft,
    write(records) {
      const whole = draft()
      for (const record of records) whole.add(record)
      return whole.store()
    },
    events: (query, signal) => readEvents((text) => rows(text, signal), config.bucket, query),
    rows,
    forget: (whom) =>
      forgetIn(config, ask, whom, async (spans) => {
        const notes = new Lines()
        for (const note of lateNotes(spans, Date.now())) notes.add(note)
        await writeLines(notes, 0, notes.count)
        await aggregateLateNow(config)
      }).catch((error: Error) => {
        throw new SinkUnavailable(`InfluxDB: ${error.message}`)
      }),
    expire: (before) => expireIn(config, ask, before),
    async health() {
      const illness = await influxIllness(config.url)
      if (!illness && !bucketReady)
        await ready().catch((error: Error) => log.debug({ reason: error.message }, 'the bucket is still missing'))
      const reason = illness ?? failure
      return reason === undefined ? { ok: true } : { ok: false, reason }
    },
    close: () => group.idle(),
  }
}
