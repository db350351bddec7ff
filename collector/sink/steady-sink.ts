import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import { SinkUnavailable } from '../errors.ts'
import type { Sink } from './sink.ts'

const TRY_AGAIN_MS = 1_000

/**
 * A store that is opened anew whenever it has broken, as somebody would who restarts the process. Until that has worked it takes and tells nothing.
 * @param open opens it, and is told whom to tell that it has broken
 * @throws what the first opening throws
 */
export async function steadySink(open: (broke: (error: Error) => void) => Promise<Sink>, log: Logger): Promise<Sink> {
  const stopping = new AbortController()
  let current: Sink | undefined
  let reason = ''
  let mending: Promise<void> = Promise.resolve()

  async function openOnce(): Promise<Sink> {
    let own: Sink | undefined
    own = await open((error) => {
      if (own && own === current) replace(own, error)
    })
    current = own
    return own
  }

  function replace(broken: Sink, error: Error): void {
    current = undefined
    reason = error.message
    log.error({ reason }, 'the store has broken: it is opened anew')
    mending = openAgain(broken)
  }

  async function openAgain(broken: Sink): Promise<void> {
    await broken.close().catch((error: Error) => log.warn({ reason: error.message }, 'a broken store did not close in good order'))
    while (!stopping.signal.aborted) {
      try {
        await openOnce()
        log.info('the store is open again')
        return
      } catch (error) {
        reason = (error as Error).message
        log.warn({ reason }, 'the store cannot be opened yet')
        await sleep(TRY_AGAIN_MS, undefined, { signal: stopping.signal }).catch(() => undefined)
      }
    }
  }

  const opened = (): Sink => {
    if (!current) throw new SinkUnavailable('The store has broken and is being opened anew')
    return current
  }

  const { store } = await openOnce()
  return {
    store,
    write: async (records) => opened().write(records),
    known: async (ids) => (await opened().known?.(ids)) ?? new Set(),
    events: async (query, signal) => opened().events(query, signal),
    rows: async (query, signal) => opened().rows(query, signal),
    forget: async (whom) => opened().forget(whom),
    expire: async (before) => opened().expire(before),
    health: async () => current?.health() ?? { ok: false, reason },
    async close() {
      stopping.abort()
      await mending
      await current?.close()
    },
  }
}
