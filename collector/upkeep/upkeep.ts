import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { Config } from '../config.ts'
import type { Sink } from '../sink/sink.ts'
import { ensureTasks } from './influx-tasks.ts'

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
const EXPIRE_EVERY_MS = 6 * HOUR_MS
const RETRY_MS = 10_000

/**
 * Until when data is too old. Whole hours, so that no aggregate is ever of a part of its hour.
 * @param now ms since the epoch
 */
export function tooOld({ rawDays, aggregateDays }: Config['retention'], now: number) {
  const before = (days: number) => Math.floor((now - days * DAY_MS) / HOUR_MS) * HOUR_MS
  return { ...(rawDays > 0 && { raw: before(rawDays) }), ...(aggregateDays > 0 && { aggregates: before(aggregateDays) }) }
}

/** Runs something until it works, then gives it up to the next time. Ends with the signal. */
async function untilDone(what: string, run: () => Promise<unknown>, log: Logger, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      return void (await run())
    } catch (error) {
      if (signal.aborted) return
      log.warn({ reason: (error as Error).message }, what)
      await sleep(RETRY_MS, undefined, { signal, ref: false }).catch(() => undefined)
    }
  }
}

/** Looks after a store in the background until the signal ends it: the tasks for its aggregates, and what has become too old. */
export async function keepUp(sink: Sink, config: Config, log: Logger, signal: AbortSignal): Promise<void> {
  const { influx } = config
  if (influx) {
    const provision = async () => {
      const created = await ensureTasks(influx)
      if (created.length > 0) log.info({ created }, 'tasks for aggregates are created')
    }
    await untilDone('the tasks for aggregates cannot be looked after now', provision, log, signal)
  }
  while (!signal.aborted) {
    await untilDone('data that is too old cannot be deleted now', () => sink.expire(tooOld(config.retention, Date.now())), log, signal)
    await sleep(EXPIRE_EVERY_MS, undefined, { signal, ref: false }).catch(() => undefined)
  }
}
