import type { Logger } from 'pino'
import { BusRefused, type ErrorCode } from '../errors.ts'
import type { Telemetry } from '../telemetry.ts'
import type { Placement } from './bus.ts'
import { type Outgoing, sizeOf, sizeOfAll } from './outgoing.ts'
import { divide, type Refusal, smallerThan } from './refusals.ts'

/** A request to Kafka stays below the 1 MB that a broker takes for one partition by default. */
export const MAX_REQUEST_BYTES = 900_000

/** Code of records in the dead-letter topic that Kafka did not take elsewhere. */
export const REFUSED = 'refused_by_kafka' satisfies ErrorCode
/** The place of a record that nobody needs. */
const NOWHERE: Placement = { topic: '', partition: -1, offset: '-1' }

/** What is sent in the place of a record that Kafka refuses for good; undefined when nothing has to be, null when there is nothing that could be. */
export type Substitute = (record: Outgoing, refusal: Refusal) => Outgoing | undefined | null

/** A request that Kafka refuses for good. */
export class Refused extends Error {
  readonly refusal: Refusal

  constructor(message: string, refusal: Refusal) {
    super(message)
    this.refusal = refusal
  }
}

/** Sends records, and gives the place of each. */
type Send = (records: readonly Outgoing[]) => Promise<readonly Placement[]>

function* inRequests(records: readonly Outgoing[], mostBytes: number): Generator<readonly Outgoing[]> {
  let start = 0
  let bytes = 0
  for (let index = 0; index < records.length; index++) {
    const size = sizeOf(records[index]!)
    if (index > start && bytes + size > mostBytes) {
      yield records.slice(start, index)
      start = index
      bytes = 0
    }
    bytes += size
  }
  yield start === 0 ? records : records.slice(start)
}

/**
 * Sends parts one after the other, and gives the places in the order of the records. A part that Kafka refuses for good keeps no later one from going.
 * @throws {BusRefused} with the records of all such parts
 */
async function together(records: readonly Outgoing[], parts: readonly (readonly Outgoing[])[], send: Send): Promise<readonly Placement[]> {
  if (parts.length === 1) return send(records)
  const places = new Map<Outgoing, Placement>()
  const refused: BusRefused<Outgoing>[] = []
  for (const part of parts) {
    try {
      const placed = await send(part)
      part.forEach((record, index) => {
        places.set(record, placed[index]!)
      })
    } catch (error) {
      if (!(error instanceof BusRefused)) throw error
      refused.push(error)
    }
  }
  if (refused.length > 0)
    throw new BusRefused(
      refused[0]!.message,
      refused.flatMap((error) => error.records),
    )
  return records.map((record) => places.get(record)!)
}

/**
 * Makes of what sends a request what sends any number of records. What Kafka refuses for good is found by dividing the request, and does not
 * keep the rest from going.
 * @param sendRequest throws {Refused} when Kafka refuses the request for good
 * @returns what throws {BusRefused} when Kafka takes neither some records nor what is sent in their place
 */
export function sendingApart(sendRequest: Send, substitute: Substitute, log: Logger, telemetry: Telemetry): Send {
  /** Shrinks when a topic takes less than others do. */
  let largest = MAX_REQUEST_BYTES

  /** Sends what stands for records that Kafka refuses. */
  async function sendSubstitutes(records: readonly Outgoing[], { refusal, message }: Refused): Promise<readonly Placement[]> {
    log.error({ reason: message, topic: records[0]!.topic, records: records.length }, 'Kafka refuses records for good')
    const substitutes = records.map((record) => substitute(record, refusal))
    const hopeless = records.filter((_, index) => substitutes[index] === null)
    const placed = await sendAll(substitutes.filter((record) => record !== undefined && record !== null)).catch((error) => {
      throw error instanceof BusRefused ? new BusRefused(error.message, records) : error
    })
    const letters = substitutes.filter((record, index) => record && record.topic !== records[index]!.topic)
    if (letters.length > 0) telemetry.deadLetters.inc({ code: REFUSED }, letters.length)
    if (hopeless.length > 0) throw new BusRefused(message, hopeless)
    const places = placed[Symbol.iterator]()
    return records.map((_, index) => (substitutes[index] ? { ...(places.next().value as Placement), code: REFUSED } : NOWHERE))
  }

  function shrink(bytes: number): void {
    if (bytes >= largest) return
    largest = bytes
    log.warn({ bytes }, 'a topic takes less at once than it is sent: from now on requests to Kafka are smaller')
  }

  /** Sends records, and those that Kafka refuses apart from the others. */
  const sendApart: Send = async (records) => {
    try {
      return await sendRequest(records)
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      const parts = divide(records, error.refusal)
      if (parts.length === 1) return sendSubstitutes(records, error)
      const placed = await together(records, parts, sendApart)
      // With a record in it that is too large itself, the size of the whole says nothing.
      if (error.refusal.about === 'size' && placed.every(({ code }) => code === undefined)) shrink(smallerThan(sizeOfAll(records)))
      return placed
    }
  }

  const sendAll: Send = async (records) => (records.length === 0 ? [] : together(records, [...inRequests(records, largest)], sendApart))
  return sendAll
}
