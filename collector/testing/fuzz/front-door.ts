import { connect } from 'node:net'
import { Pool } from 'undici'
import type { FuzzRequest } from './requests.ts'

/** What came of the requests so far. */
export interface Tally {
  /** Answers by status; 0 stands for a connection that was ended without one. */
  statuses: Map<number, number>
  cases: number
  /** Answers that took more than a second among others, and less when they were asked for alone. */
  slow: number
  /** Volleys with such an answer: when a machine stands still for a moment, all that are under way are late. */
  slowVolleys: number
  /** The slowest of all first answers, and to what. */
  slowest: { ms: number; to: string }
}

/** Sends requests over real connections, many at once, and throws at the first answer that should not be. */
export interface FrontDoor {
  tally: Tally
  send(requests: readonly FuzzRequest[]): Promise<void>
  /** Bytes that may not be a request at all. */
  sendBytes(bytes: Buffer): Promise<void>
  close(): Promise<void>
}

const SLOW_MS = 1_000
/** How often is asked again when there was no answer. */
const AGAIN = 3
const TIMEOUT_MS = 20_000

interface Answer {
  status: number
  text: string
  ms: number
}

const tell = ({ body, ...request }: FuzzRequest): string =>
  JSON.stringify({ ...request, ...(body && { body: body.toString('base64') }) }).slice(0, 20_000)

async function ask(pool: Pool, { method, path, headers, body, endless }: FuzzRequest): Promise<Answer> {
  const started = performance.now()
  const abort = endless ? new AbortController() : undefined
  const answer = await pool.request({
    method: method as 'GET',
    path,
    headers,
    ...(body && { body }),
    // Pipelining is for what may be sent twice: an event is its id.
    idempotent: endless !== true,
    ...(abort && { signal: abort.signal }),
  })
  const isOpen = abort !== undefined && answer.statusCode === 200
  if (isOpen) {
    answer.body.on('error', () => undefined)
    abort.abort()
  }
  const text = isOpen ? '' : await answer.body.text()
  return { status: answer.statusCode, text, ms: performance.now() - started }
}

function judge(request: FuzzRequest, { status, text }: Answer): void {
  if (status >= 500) throw new Error(`answered ${status} ${text} to ${tell(request)}`)
  if (status < 400 || request.method === 'HEAD') return
  const { error } = JSON.parse(text) as { error?: { code?: unknown; message?: unknown } }
  if (typeof error?.code !== 'string' || typeof error.message !== 'string') throw new Error(`answered ${text} to ${tell(request)}`)
}

/** Opens connections to a collector. */
export function frontDoor(url: string): FrontDoor {
  const limits = { headersTimeout: TIMEOUT_MS, bodyTimeout: TIMEOUT_MS }
  const busy = new Pool(url, { connections: 8, pipelining: 8, ...limits })
  const quiet = new Pool(url, { connections: 2, pipelining: 1, ...limits })
  const tally: Tally = { statuses: new Map(), cases: 0, slow: 0, slowVolleys: 0, slowest: { ms: 0, to: '' } }
  const count = (status: number): void => {
    tally.cases++
    tally.statuses.set(status, (tally.statuses.get(status) ?? 0) + 1)
  }

  /** A neighbour in the same connection may be to blame: what gets no answer is asked again by itself. */
  async function askAgain(request: FuzzRequest): Promise<Answer> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await ask(quiet, request)
      } catch (error) {
        if (attempt === AGAIN) throw new Error(`no answer (${(error as Error).message}) to ${tell(request)}`)
      }
    }
  }

  /** A machine that has other work too may be to blame for one slow answer: asked when nothing else is under way, it may not be slow again. */
  async function notSlowAgain({ request, ms }: { request: FuzzRequest; ms: number }): Promise<void> {
    const again = await askAgain(request)
    if (again.ms > SLOW_MS) throw new Error(`took ${Math.round(ms)} ms, and alone ${Math.round(again.ms)} ms, for ${tell(request)}`)
    judge(request, again)
  }

  /** @returns how many ms the answer took */
  async function sendOne(request: FuzzRequest): Promise<number> {
    const answer = (await ask(request.endless ? quiet : busy, request).catch(() => undefined)) ?? (await askAgain(request))
    if (answer.ms > tally.slowest.ms) tally.slowest = { ms: Math.round(answer.ms), to: `${request.method} ${request.path}`.slice(0, 200) }
    judge(request, answer)
    count(answer.status)
    return answer.ms
  }

  return {
    tally,
    async send(requests) {
      const answered = await Promise.all(requests.map(async (request) => ({ request, ms: await sendOne(request) })))
      const slow = answered.filter(({ ms }) => ms > SLOW_MS)
      if (slow.length === 0) return
      tally.slow += slow.length
      tally.slowVolleys++
      for (const one of slow) await notSlowAgain(one)
    },
    sendBytes: (bytes) =>
      new Promise((resolve, reject) => {
        const { hostname, port } = new URL(url)
        let text = ''
        const socket = connect(Number(port), hostname, () => socket.end(bytes))
        socket.setTimeout(TIMEOUT_MS, () => {
          reject(new Error(`neither answered nor ended the connection after ${bytes.toString('base64')}`))
          socket.destroy()
        })
        socket.on('data', (chunk) => {
          text += chunk.toString('latin1')
        })
        socket.on('error', () => socket.destroy())
        socket.on('close', () => {
          const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(text)?.[1] ?? 0)
          if (status >= 500 && status !== 505 && status !== 501) reject(new Error(`answered ${text} to ${bytes.toString('base64')}`))
          count(status)
          resolve()
        })
      }),
    async close() {
      await Promise.all([busy.destroy(), quiet.destroy()])
    },
  }
}
