import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import { within } from '../deadline.ts'
import { BusRefused, BusUnavailable } from '../errors.ts'
import type { Telemetry } from '../telemetry.ts'
import type { Placement } from './bus.ts'
import type { Lease } from './lease.ts'
import type { Outgoing } from './outgoing.ts'
import type { Publisher } from './producer.ts'
import type { Spool } from './spool.ts'

/** A publisher that has somewhere else to put records. */
export interface SpooledPublisher {
  /**
   * Resolves once the records are in Kafka, with their places, or on disk, without.
   * @throws {BusUnavailable} when neither takes them
   * @throws {BusOverloaded} when too much waits already
   */
  send(records: readonly Outgoing[]): Promise<readonly Placement[] | undefined>
  /** Why records do not reach Kafka now, if so. */
  failure(): string | undefined
  /** What waits on disk. */
  depth(): { records: number; bytes: number }
  close(): Promise<void>
}

const TRY_AGAIN_MS = 1_000
/** How often a process that spools nothing itself looks whether another one has left something in a spool that they share. */
const LOOK_EVERY_MS = 5_000
const SOON_MS = 5
/** How often a process looks how far another one is with draining, and how often that one says that it is at it. */
const OTHERS_MS = 200
const BEAT_MS = 1_000
/** How long a stop waits for what is being drained. */
const PARTING_MS = 1_000

/** Is told where records lie that had waited on disk. */
export type Drained = (records: readonly Outgoing[], placements: readonly Placement[]) => Promise<void>

/**
 * While Kafka takes records, they go there. From its first failure on all go to the spool, and from there to Kafka, so that no record
 * overtakes another; when the spool is empty, the direct way is open again. What processes that share a spool put into it, one of them drains, and
 * another one when that has died.
 */
export function spooledPublisher(
  publisher: Publisher,
  spool: Spool<Outgoing>,
  lease: Lease,
  drained: Drained,
  log: Logger,
  telemetry: Telemetry,
): SpooledPublisher {
  const stopping = new AbortController()
  let spooling = false
  /** Calls whose records are on their way to the disk. */
  let adding = 0
  let draining: Promise<void> | undefined
  let isClosed = false

  const measure = (): void => {
    const { items, bytes } = spool.depth()
    telemetry.spoolRecords.set(items)
    telemetry.spoolBytes.set(bytes)
  }

  /** @returns false when there is nothing to drain */
  async function drainOldest(): Promise<boolean> {
    if (!(await lease.hold()) && spool.depth().items > 0) {
      await sleep(OTHERS_MS, undefined, { signal: stopping.signal })
      return true
    }
    const oldest = spool.oldest()
    if (!oldest) return false
    try {
      const placements = await publisher.sendAtOnce(oldest.items)
      if (isClosed) return true
      await drained(oldest.items, placements)
    } catch (error) {
      // What not even the dead letters take waits behind all others.
      if (error instanceof BusRefused && !isClosed) await oldest.postpone(error.records)
      throw error
    }
    await oldest.remove()
    measure()
    return true
  }

  async function drainAll(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        if (await drainOldest()) continue
        if (adding > 0) {
          await sleep(SOON_MS)
          continue
        }
        spooling = false
        publisher.open()
        log.info('the spool is empty: records go to Kafka directly again')
        return
      } catch (error) {
        log.debug({ reason: (error as Error).message, ...spool.depth() }, 'the spool cannot be drained yet')
        // Another process may reach Kafka where this one does not.
        await lease.release()
        await sleep(TRY_AGAIN_MS, undefined, { signal: stopping.signal }).catch(() => undefined)
      }
    }
  }

  async function drain(): Promise<void> {
    const beating = setInterval(() => void lease.hold(), BEAT_MS)
    await drainAll()
    clearInterval(beating)
    await lease.release()
  }

  function startSpooling(reason: string): void {
    if (spooling) return
    spooling = true
    publisher.shut(reason)
    log.warn({ reason }, 'records go to the spool')
    draining = drain()
  }

  if (spool.depth().items > 0) startSpooling('the spool was left with records')
  measure()
  const looking = setInterval(() => {
    measure()
    if (spool.depth().items > 0) startSpooling('another process has left records in the spool')
  }, LOOK_EVERY_MS).unref()

  return {
    async send(records) {
      if (!spooling) {
        try {
          return await publisher.send(records)
        } catch (error) {
          if (!(error instanceof BusUnavailable)) throw error
          startSpooling(error.message)
        }
      }
      adding++
      try {
        await spool.add(records)
      } finally {
        adding--
        measure()
      }
      return undefined
    },
    failure() {
      const { items } = spool.depth()
      return items > 0 ? `${items} records wait in the spool: ${publisher.failure() ?? 'it is being drained'}` : publisher.failure()
    },
    depth() {
      const { items, bytes } = spool.depth()
      return { records: items, bytes }
    },
    async close() {
      stopping.abort()
      clearInterval(looking)
      // What is under way and never removed is sent again by the next process.
      if (draining) await within(PARTING_MS, draining).catch(() => log.debug('the spool is closed while it is drained'))
      isClosed = true
      await publisher.close()
      await spool.close()
      await lease.close()
    },
  }
}
