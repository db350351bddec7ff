import type { ServerResponse } from 'node:http'
import type { FastifyRequest } from 'fastify'
import { RequestError } from '../errors.ts'
import { senderOf } from '../http/network.ts'
import { whenOver } from '../http/over.ts'
import { countIn, type Room } from '../http/room.ts'
import { bearer } from '../ingest/keys.ts'
import type { Routes } from '../parts.ts'
import type { Stage } from './receipt.ts'

const MAX_IDS = 500
/** Streams that may be open. A write key, which opens one, is in the source of pages: of strangers at one address there are fewer. */
const MAX_STREAMS: Required<Room> = { all: 200, address: 20 }
const STILL_HERE_MS = 15_000
/** A reader that does not read is let go before its answer fills the memory. */
const MAX_UNREAD_BYTES = 1024 * 1024
/** How long a stream that was ended may take to say what it has still to say, in ms. */
const PARTING_MS = 1_000

/** The ids of `?id=a&id=b` or `?id=a,b`. */
function askedIds({ query }: FastifyRequest): string[] {
  const { id } = query as { id?: string | string[] }
  const ids = [id ?? []].flat().flatMap((text) => text.split(','))
  const asked = ids.filter(Boolean)
  if (asked.length > MAX_IDS) throw new RequestError('invalid_query', `At most ${MAX_IDS} ids at once`)
  return asked
}

function sendStages(response: ServerResponse, ids: ReadonlySet<string>): (stage: Stage) => void {
  return (stage) => {
    if (response.destroyed || (ids.size > 0 && !ids.has(stage.id))) return
    response.write(`event: receipt\ndata: ${JSON.stringify(stage)}\n\n`)
    if (response.writableLength > MAX_UNREAD_BYTES) response.destroy()
  }
}

/** `GET /v1/receipts` and `GET /v1/receipts/stream`: what became of events whose batch asked for receipts. */
export const receiptRoutes: Routes = (app, { bus, config, keys, mayRead, receipts, stopping }) => {
  const streams = countIn(config.loopback ? { all: MAX_STREAMS.all } : MAX_STREAMS)

  /** Who may write may follow what was written, event by event: ids cannot be guessed. */
  const mayFollow = ({ headers: { authorization } }: FastifyRequest, ids: number): void => {
    if (ids > 0 && keys.areNeeded() && authorization) {
      try {
        keys.guardOf(bearer(authorization))
        return
      } catch (error) {
        if (!(error instanceof RequestError)) throw error
      }
    }
    mayRead(authorization)
  }

  app.get('/v1/receipts', async (request) => {
    const ids = askedIds(request)
    mayFollow(request, ids.length)
    if (ids.length === 0) throw new RequestError('invalid_query', 'id is missing')
    // The batch may have come to another process, or to the one before this.
    bus.follow(receipts.post)
    return { receipts: ids.map(receipts.read) }
  })

  app.get('/v1/receipts/stream', (request, reply) => {
    const ids = new Set(askedIds(request))
    mayFollow(request, ids.size)
    const sender = senderOf(request)
    if (!streams.fits(sender, 1)) throw new RequestError('overloaded', 'Too many streams are open', 5)
    bus.follow(receipts.post)
    const response = reply.raw
    reply.hijack()
    for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) response.setHeader(name, value)
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' })
    response.write(': open\n\n')
    streams.add(sender, 1)
    const silence = receipts.listen(sendStages(response, ids))
    const timer = setInterval(() => response.write(': still here\n\n'), STILL_HERE_MS)
    const quieten = (): void => {
      silence()
      forget()
      clearInterval(timer)
      stopping.removeEventListener('abort', end)
    }
    /** What is written behind the end would be an error that nobody takes. */
    const end = (): void => {
      quieten()
      response.end()
      setTimeout(() => response.destroy(), PARTING_MS).unref()
    }
    // Whoever is still allowed connects again.
    const forget = keys.onReplace(end)
    stopping.addEventListener('abort', end, { once: true })
    whenOver(request, reply, () => {
      streams.add(sender, -1)
      quieten()
    })
  })
}
