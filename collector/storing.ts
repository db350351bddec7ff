import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { Bus, DeadLetter, Placement } from './bus/bus.ts'
import type { BatchHandler, FetchedBatch } from './bus/consumer.ts'
import type { KafkaBus } from './bus/kafka.ts'
import { type Asked, stagesOfStored } from './receipts/stored.ts'
import type { EventRecord } from './record.ts'
import type { Draft, DraftingSink, Refusal, Sink, Stored } from './sink/sink.ts'
import { isWholeRecord } from './sink/whole-record.ts'
import type { Telemetry } from './telemetry.ts'
import { traced } from './tracing.ts'

const FIRST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 5_000
/** A line is shorter than its record; this is for the few records of which that may not hold. */
const FIRST_BYTES = 16 * 1024

/**
 * Puts a record into the draft, most of them without parsing them.
 * @returns the record, if it had to be parsed
 * @throws an error that says why it is none of ours
 */
function take(draft: Draft, value: Buffer | null): EventRecord | undefined {
  if (!value) throw new Error('the record has no value')
  if (draft.addJson(value)) return undefined
  const record: unknown = JSON.parse(value.toString('utf8'))
  if (!isWholeRecord(record)) throw new Error('the record is not a whole event of a known type')
  draft.add(record)
  return record
}

const placementOf = ({ topic, partition, messages }: FetchedBatch, index: number): Placement => ({
  topic,
  partition,
  offset: messages[index]!.offset,
})

const letterOf = (batch: FetchedBatch, index: number, { code, message }: Pick<Refusal, 'code' | 'message'>): DeadLetter => ({
  code,
  message,
  placement: placementOf(batch, index),
  value: batch.messages[index]!.value?.toString('utf8') ?? '',
})

/** A batch made ready for the store. */
interface Reading {
  /** For each record of the draft, its place in the batch. */
  places: number[]
  unreadable: DeadLetter[]
  /** Records whose senders want to hear of them. */
  asked: Asked[]
}

/**
 * Takes the records in one by one; none is kept as an object, because those that live as long as a write cost more than parsing. Whatever one of them
 * is, the others are taken.
 */
function readInto(draft: Draft, batch: FetchedBatch): Reading {
  const reading: Reading = { places: [], unreadable: [], asked: [] }
  batch.messages.forEach(({ value }, index) => {
    try {
      const record = take(draft, value)
      if (record?.receipts) reading.asked.push({ index: reading.places.length, id: record.id, type: record.type, time: record.time })
      reading.places.push(index)
    } catch (error) {
      reading.unreadable.push(letterOf(batch, index, { code: 'unreadable_record', message: (error as Error).message }))
    }
  })
  return reading
}

/** Records that are handed to a store. */
interface Handover {
  store: Sink['store']
  records: number
  /** Those whose senders want to hear of them. */
  asked: readonly Asked[]
}

/** Hands records to a store, with its time and their number counted, and tells who asked what became of them. */
export async function handOver(
  { store, records, asked }: Handover,
  bus: Bus,
  telemetry: Telemetry,
  write: () => Promise<Stored>,
): Promise<Stored> {
  const took = telemetry.writing.startTimer()
  const stored = await traced('store', { store, records }, write)
  took()
  telemetry.stored.inc(records - stored.refused.length)
  telemetry.late.inc(stored.late ?? 0)
  if (asked.length > 0) bus.announce(stagesOfStored(asked, stored.refused))
  return stored
}

/** Tries until it works, however long that takes: Kafka keeps what comes meanwhile. A stop ends it, and what was not stored is delivered again. */
async function insist<Result>(attempt: () => Promise<Result>, log: Logger, telemetry: Telemetry, stopping: AbortSignal): Promise<Result> {
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      return await attempt()
    } catch (error) {
      if (stopping.aborted) throw error
      telemetry.writeFailures.inc()
      log.warn({ reason: (error as Error).message, pause }, 'records cannot be stored now')
      await sleep(pause * (0.5 + Math.random()), undefined, { signal: stopping })
    }
  }
}

/** Stores what Kafka delivers, and what cannot be read or the store refuses goes to the dead letters; returns when all of it is in one of the two places. */
export function storingFrom(bus: KafkaBus, sink: DraftingSink, log: Logger, telemetry: Telemetry, stopping: AbortSignal): BatchHandler {
  const persist = <Result>(attempt: () => Promise<Result>) => insist(attempt, log, telemetry, stopping)
  return async (batch) => {
    const draft = sink.draft(batch.messages.reduce((sum, { size = 0 }) => sum + size, FIRST_BYTES))
    const { places, unreadable, asked } = readInto(draft, batch)
    if (unreadable.length > 0) await persist(() => bus.bury(unreadable))
    if (places.length === 0) return
    const handover = { store: sink.store, records: places.length, asked }
    const { refused } = await persist(() => handOver(handover, bus, telemetry, () => draft.store()))
    if (refused.length === 0) return
    const letters = refused.map((refusal) => letterOf(batch, places[refusal.index]!, refusal))
    await persist(() => bus.bury(letters))
  }
}
