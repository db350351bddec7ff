import { randomInt } from 'node:crypto'
import type { Batch } from '@webwatch/events'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Bus, Published } from '../bus/bus.ts'
import { stageOfPlacement } from '../bus/receipts-topic.ts'
import { BusOverloaded, BusUnavailable, RequestError, SinkUnavailable } from '../errors.ts'
import { firstOfEach } from '../first-of-each.ts'
import { withholdAnswer } from '../http/cors.ts'
import type { Limits } from '../http/limits.ts'
import type { Parts, Routes } from '../parts.ts'
import type { Stage } from '../receipts/receipt.ts'
import type { Accepted } from '../record.ts'
import { traced } from '../tracing.ts'
import { limitBodies, roomsOf } from './admission.ts'
import { codingOf, readBody } from './body.ts'
import { examine, type Intake } from './intake.ts'
import { bearer } from './keys.ts'
import { type RecentIds, recentIds } from './recent.ts'
import { type UnderWay, underWay } from './under-way.ts'
import type { Rejection } from './validation.ts'

/** The answer to a batch. */
export interface BatchAnswer {
  /** Events that are now durable and were not before. */
  accepted: number
  /** Events that had been accepted before; they stay stored once. */
  duplicates: number
  rejected: Rejection[]
}

const RECENT_IDS = 200_000
/** Senders that were all refused at once are asked to come back at different times. */
const RETRY_AFTER_SECONDS = { least: 3, most: 8 }
const retryAfter = (): number => randomInt(RETRY_AFTER_SECONDS.least, RETRY_AFTER_SECONDS.most + 1)

const idOf = ({ event: { id } }: Accepted): string => id

/** How often at most the log says why events cannot be kept, in ms: it would say nothing else. */
const COMPLAIN_EVERY_MS = 10_000

/** Tells the log why events cannot be kept, and passes the failure on. */
function complaints(log: Parts['log']): (error: unknown) => never {
  let next = 0
  return (error) => {
    const { cause } = error as Error
    if (cause instanceof Error && performance.now() >= next) {
      next = performance.now() + COMPLAIN_EVERY_MS
      log.warn({ reason: cause.message }, 'events cannot be kept now')
    }
    throw error
  }
}

/** Puts a failure to keep events into what the sender is told. */
function refusal(error: unknown): unknown {
  if (error instanceof BusOverloaded) return new RequestError('overloaded', error.message, retryAfter())
  if (error instanceof BusUnavailable || error instanceof SinkUnavailable) {
    return new RequestError('no_durable_place', 'The events cannot be kept at this moment', retryAfter(), { cause: error })
  }
  return error
}

/** What ingest knows of accepted events. Those that wait in the spool are streamed later, which the bus tells. */
function stagesOf(records: readonly Accepted[], placements: Published['placements']): Stage[] {
  const at = Date.now()
  return records.flatMap(({ event: { id }, facts: { receivedAt } }, index): Stage[] => {
    const accepted: Stage = { id, stage: 'accepted', at: receivedAt }
    const placement = placements?.[index]
    return placement ? [accepted, stageOfPlacement(id, at, placement)] : [accepted]
  })
}

/** Characters of an id that somebody may ask for. What is rejected may bear any text as its id. */
const LONGEST_ID = 64

const rejectionStages = (rejected: readonly Rejection[]): Stage[] =>
  rejected.flatMap(({ id, code }): Stage[] =>
    id === null || id.length > LONGEST_ID ? [] : [{ id, stage: 'rejected', at: Date.now(), code }],
  )

/** Makes events durable: first what was decided about them, then they themselves. */
async function publish(fresh: readonly Accepted[], isDoubtful: boolean, bus: Bus, books: Parts['books']): Promise<Published> {
  try {
    if (isDoubtful) await books?.clock.keep(fresh)
    await books?.tags.mark(fresh)
    return await bus.publish(fresh)
  } catch (error) {
    throw refusal(error)
  }
}

/** What this process knows of events besides what it was sent. */
interface Memory {
  recent: RecentIds
  underWay: UnderWay
}

/** Makes events durable that nobody else has in hand, and remembers them. Gives the ids that the store knew all the same. */
async function publishOnce(fresh: readonly Accepted[], { isDoubtful, receipts }: Intake, parts: Parts, memory: Memory) {
  const { bus, telemetry } = parts
  const took = telemetry.publishing.startTimer()
  const letGo = memory.underWay.take(fresh)
  try {
    const { duplicates, placements } = await traced('publish', { bus: bus.name, events: fresh.length }, () =>
      publish(fresh, isDoubtful, bus, parts.books),
    )
    took()
    for (const { event } of fresh) memory.recent.add(event.id)
    if (receipts) bus.announce(stagesOf(fresh, placements))
    return duplicates
  } finally {
    letGo()
  }
}

/** Makes accepted events durable and counts what was new. */
async function keep(intake: Intake, parts: Parts, memory: Memory): Promise<BatchAnswer> {
  const { accepted, rejected, receipts } = intake
  const { bus, telemetry } = parts
  // Whether a copy is one shows when the first is durable, or is not.
  for (let done = memory.underWay.busyWith(accepted); done; done = memory.underWay.busyWith(accepted)) await done
  const fresh = firstOfEach(accepted, idOf, memory.recent)
  // Whoever stores may be faster than the answer to us, so the ear is opened first.
  if (receipts) bus.follow(parts.receipts.post)
  const kept = fresh.length > 0 ? fresh.length - (await publishOnce(fresh, intake, parts, memory)).size : 0
  if (receipts && rejected.length > 0) bus.announce(rejectionStages(rejected))
  telemetry.accepted.inc(kept)
  telemetry.duplicates.inc(accepted.length - kept)
  for (const { code } of rejected) telemetry.rejected.inc({ code })
  return { accepted: kept, duplicates: accepted.length - kept, rejected }
}

/** The key that came in the body, for senders that cannot set a header. */
const keyIn = (body: unknown): string | undefined => {
  const { key } = (body ?? {}) as { key?: unknown }
  return typeof key === 'string' ? key : undefined
}

/** The same routes in a process that only stores. It refuses before it reads. */
export const noIngestRoutes: Routes = (app) => {
  const refuse = async (): Promise<never> => {
    throw new RequestError('no_durable_place', 'This process only stores: others take events', retryAfter())
  }
  app.post('/v1/events', { onRequest: refuse }, refuse)
  app.post('/v1/validate', { onRequest: refuse }, refuse)
}

/** `POST /v1/events` and `POST /v1/validate`. */
export const ingestRoutes =
  (limits: Limits): Routes =>
  (app, parts) => {
    const { keys, telemetry } = parts
    const memory: Memory = { recent: recentIds(RECENT_IDS), underWay: underWay() }
    const complain = complaints(parts.log)

    // The body is read here and not by Fastify's JSON parser: it may be gzip, and text/plain is JSON too.
    app.removeAllContentTypeParsers()
    app.addContentTypeParser(['application/json', 'text/plain'], { parseAs: 'buffer' }, (_request, body, done) => done(null, body))

    // A key in a header can be refused before the body is read.
    app.addHook('onRequest', async (request) => {
      const key = bearer(request.headers.authorization)
      if (key === undefined) return
      await limits.countKey(request, key)
      keys.guardOf(key)
    })
    limitBodies(app, retryAfter, roomsOf(parts.config.loopback))

    const look = async (request: FastifyRequest, reply: FastifyReply): Promise<Intake> => {
      const { authorization, 'user-agent': userAgent } = request.headers
      const bytes = request.body as Buffer | undefined
      telemetry.receivedBytes.inc(bytes?.length ?? 0)
      const body = readBody(bytes, codingOf(request))
      const key = bearer(authorization)
      if (key === undefined) {
        await limits.countKey(request, keyIn(body))
        withholdAnswer(request, reply, keyIn(body), keys)
      }
      const now = Date.now()
      const intake = examine(body, { key, userAgent, address: request.ip }, keys.guardOf, now, parts.books?.clock)
      // What is no batch has thrown by now.
      const { sentAt, events } = body as Batch
      telemetry.batchBytes.observe(bytes!.length)
      telemetry.batchEvents.observe(events.length)
      telemetry.skew.observe(Math.abs(now - sentAt) / 1000)
      return intake
    }

    app.post('/v1/events', async (request, reply) => {
      const answer = await keep(await look(request, reply), parts, memory).catch(complain)
      return reply.code(202).send(answer)
    })

    app.post('/v1/validate', async (request, reply): Promise<BatchAnswer> => {
      const { accepted, rejected } = await look(request, reply)
      const fresh = firstOfEach(accepted, idOf, memory.recent)
      const known = await parts.sink?.known?.(fresh.map(idOf))
      const kept = fresh.length - (known?.size ?? 0)
      return { accepted: kept, duplicates: accepted.length - kept, rejected }
    })
  }
