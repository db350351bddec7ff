import { connect } from 'node:net'

/** What came back over a plain connection until the other side ended it. */
export interface Conversation {
  text: string
  /** From the connection to its end, in ms. */
  ms: number
}

/**
 * Says bytes to a server as they are, and listens until it ends the connection.
 * @param drip what is said again and again, with so many ms in between
 */
export function say(url: string, bytes: string | Uint8Array, drip?: { bytes: string; everyMs: number }): Promise<Conversation> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve) => {
    const started = Date.now()
    const chunks: Buffer[] = []
    const socket = connect(Number(port), hostname, () => socket.write(bytes))
    const timer = drip && setInterval(() => socket.write(drip.bytes), drip.everyMs)
    socket.on('data', (chunk) => chunks.push(chunk))
    // A reset is an end like any other here.
    socket.on('error', () => socket.destroy())
    socket.on('close', () => {
      clearInterval(timer)
      resolve({ text: Buffer.concat(chunks).toString('latin1'), ms: Date.now() - started })
    })
  })
}
