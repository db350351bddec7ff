import { randomBytes } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { batchOf, clickEvent, uuidV7 } from '@webwatch/collector/testing/batch.ts'

/** Load that a collector took. */
export interface Load {
  events: number
  seconds: number
  /** Time of each request, in ms, from the moment when it was due to its answer. */
  latencies: number[]
}

export interface LoadOptions {
  url: string
  connections: number
  eventsPerRequest: number
  seconds: number
  site: string
  /** Events a second that are due, whether the collector keeps up or not; left out, each connection sends as soon as it has its answer. */
  rate?: number
  /** Ends the load before its time. */
  signal?: AbortSignal
}

const sessions = Array.from({ length: 200 }, () => uuidV7())
const head = JSON.stringify(batchOf([])).replace(/\]\}$/, '')

/** The text of an event around the parts that differ: made once, because the load should cost less than what it loads. */
function eventTemplate(site: string): string[] {
  const marks = { id: '<id>', page: '<page>', session: '<session>', visitor: '<visitor>' }
  const text = JSON.stringify({ ...clickEvent({ site, ...marks }), time: '<time>', seq: '<seq>' })
  return text.split(/<id>|"<time>"|"<seq>"|<page>|<session>|<visitor>/)
}

let drawn = randomBytes(16_384).toString('hex')
let place = 0
/** So many random hexadecimal digits. */
function hex(digits: number): string {
  if (place + digits > drawn.length) {
    drawn = randomBytes(16_384).toString('hex')
    place = 0
  }
  place += digits
  return drawn.slice(place - digits, place)
}
function uuid(time: string): string {
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(3)}-8${hex(3)}-${hex(12)}`
}

/** Makes the texts of requests with new events. */
function requests({ host }: URL, events: number, site: string): () => string {
  const [start, afterId, afterTime, afterSeq, afterPage, afterSession, end] = eventTemplate(site)
  return () => {
    const now = Date.now()
    const time = now.toString(16).padStart(12, '0')
    let body = `${head.replace(/"sentAt":\d+/, `"sentAt":${now}`)}`
    for (let seq = 0; seq < events; seq++) {
      const session = sessions[Math.floor(Math.random() * sessions.length)]!
      body += `${seq === 0 ? '' : ','}${start}${uuid(time)}${afterId}${now}${afterTime}${seq}${afterSeq}${uuid(time)}${afterPage}${session}`
      body += `${afterSession}${uuid(time)}${end}`
    }
    body += ']}'
    return `POST /v1/events HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
  }
}

/** Resolves with the status once one whole answer is there. Plain sockets, so that the load costs less than what it loads. */
function exchange(socket: Socket, text: string): Promise<number> {
  return new Promise((resolve, reject) => {
    let answer = ''
    const read = (chunk: Buffer): void => {
      answer += chunk.toString('latin1')
      const head = answer.indexOf('\r\n\r\n')
      const length = Number(/content-length: (\d+)/i.exec(answer)?.[1])
      if (head < 0 || answer.length < head + 4 + length) return
      socket.off('data', read)
      socket.off('error', reject)
      resolve(Number(answer.slice(9, 12)))
    }
    socket.on('data', read)
    socket.once('error', reject)
    socket.write(text)
  })
}

/** Sends new events over so many connections for so many seconds. @throws when one is not answered with 202 */
export async function load({ url, connections, eventsPerRequest, seconds, site, rate, signal }: LoadOptions): Promise<Load> {
  const address = new URL(url)
  const request = requests(address, eventsPerRequest, site)
  const started = performance.now()
  const end = started + seconds * 1000
  const latencies: number[] = []
  const interval = rate === undefined ? 0 : (eventsPerRequest * 1000) / rate
  let sent = 0
  const send = async (): Promise<void> => {
    const socket = connect(Number(address.port), address.hostname).setNoDelay()
    for (;;) {
      const due = rate === undefined ? performance.now() : started + sent * interval
      if (due >= end || signal?.aborted) break
      sent++
      if (due > performance.now()) await sleep(due - performance.now())
      const status = await exchange(socket, request())
      if (status !== 202) throw new Error(`the collector answered ${status}`)
      latencies.push(performance.now() - due)
    }
    socket.destroy()
  }
  await Promise.all(Array.from({ length: connections }, send))
  return { events: latencies.length * eventsPerRequest, seconds: (performance.now() - started) / 1000, latencies }
}
