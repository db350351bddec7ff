import { connect, type Socket } from 'node:net'
import { batchOf, clickEvent, uuidV7 } from '@webwatch/collector/testing/batch.ts'

/** Load that a collector took. */
export interface Load {
  events: number
  seconds: number
}

export interface LoadOptions {
  url: string
  connections: number
  eventsPerRequest: number
  seconds: number
  site: string
}

const sessions = Array.from({ length: 200 }, () => uuidV7())

function request(url: URL, events: number, site: string): string {
  const batch = Array.from({ length: events }, (_, seq) =>
    clickEvent({ site, seq, session: sessions[Math.floor(Math.random() * sessions.length)]! }),
  )
  const body = JSON.stringify(batchOf(batch))
  return `POST /v1/events HTTP/1.1\r\nHost: ${url.host}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
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
export async function load({ url, connections, eventsPerRequest, seconds, site }: LoadOptions): Promise<Load> {
  const address = new URL(url)
  const started = Date.now()
  let events = 0
  const send = async (): Promise<void> => {
    const socket = connect(Number(address.port), address.hostname)
    while (Date.now() < started + seconds * 1000) {
      const status = await exchange(socket, request(address, eventsPerRequest, site))
      if (status !== 202) throw new Error(`the collector answered ${status}`)
      events += eventsPerRequest
    }
    socket.destroy()
  }
  await Promise.all(Array.from({ length: connections }, send))
  return { events, seconds: (Date.now() - started) / 1000 }
}
