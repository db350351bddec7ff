import { once } from 'node:events'
import { type AddressInfo, createConnection, createServer, type Socket } from 'node:net'
import type { Dice } from './dice.ts'

/** What a proxy does to what passes through it. */
export type Harm =
  /** Nothing arrives any more, as behind a firewall: neither what was open nor what is opened now hears anything. */
  | { kind: 'drop' }
  /** Everything comes so many ms later. */
  | { kind: 'delay'; ms: number }
  /** Connections are reset: all that are open at once, and others in the midst of what they say. */
  | { kind: 'reset' }
  /** One byte of some pieces is another one. */
  | { kind: 'corrupt' }
  /** So many bytes pass in a second, in each direction. */
  | { kind: 'limit'; bytesPerSecond: number }

/** A place on the way between two parts, where the network can be made worse. */
export interface TcpProxy {
  /** Where it listens, on loopback. */
  port: number
  /** Begins to do harm, instead of what it did before. */
  harm(harm: Harm): void
  /** Does no harm from now on. Connections whose bytes were lost or changed are reset, since no network brings those back. */
  heal(): void
  /** Pieces and connections that a kind of harm has met so far. */
  harmed(kind: Harm['kind']): number
  close(): Promise<void>
}

/** Chances in percent for each piece that passes but the first, which is always met. */
const chances: Partial<Record<Harm['kind'], number>> = { reset: 20, corrupt: 10 }

interface Pair {
  sockets: [Socket, Socket]
  /** Its bytes are no longer what was sent. */
  isSpoilt: boolean
}

/** More than this on the way, in ms, and the sender has to wait. */
const MAX_AHEAD_MS = 200

/** Lets pieces of one direction through in order, each no earlier than its delay says; the end is the last piece. */
function paced(from: Socket, to: Socket): (piece: Buffer | undefined, delay: number, duration: number) => void {
  let due = 0
  const send = (piece: Buffer | undefined): void => {
    if (!to.writable) return
    if (piece === undefined) to.end()
    else if (!to.write(piece)) {
      from.pause()
      to.once('drain', () => from.resume())
    }
  }
  return (piece, delay, duration) => {
    const now = Date.now()
    due = Math.max(due, now + delay) + duration
    if (due <= now) return send(piece)
    setTimeout(send, due - now, piece)
    if (duration === 0 || due - now < MAX_AHEAD_MS) return
    from.pause()
    setTimeout(() => from.resume(), due - now - MAX_AHEAD_MS)
  }
}

/**
 * Starts a proxy on a free port.
 * @param target the port on loopback that it stands before
 */
export async function tcpProxy(target: number, dice: Dice): Promise<TcpProxy> {
  let current: Harm | undefined
  let isFirst = false
  const met = new Map<Harm['kind'], number>()
  const pairs = new Set<Pair>()
  const reset = ({ sockets }: Pair): void => {
    for (const socket of sockets) socket.resetAndDestroy()
  }

  function changed(piece: Buffer): Buffer {
    const copy = Buffer.from(piece)
    const place = dice.between(0, copy.length - 1)
    copy[place] = copy[place]! ^ dice.between(1, 255)
    return copy
  }

  /** Whether the next piece is one that is harmed. */
  function isMet(): boolean {
    if (!current) return false
    const chance = isFirst ? 100 : (chances[current.kind] ?? 100)
    isFirst = false
    if (!dice.percent(chance)) return false
    met.set(current.kind, (met.get(current.kind) ?? 0) + 1)
    return true
  }

  function suffer(piece: Buffer, pair: Pair, forward: ReturnType<typeof paced>): void {
    if (current?.kind === 'drop') pair.isSpoilt = true
    else if (current?.kind === 'reset') reset(pair)
    else if (current?.kind === 'corrupt') {
      pair.isSpoilt = true
      forward(changed(piece), 0, 0)
    } else if (current?.kind === 'delay') forward(piece, current.ms, 0)
    else if (current?.kind === 'limit') forward(piece, 0, (piece.length / current.bytesPerSecond) * 1000)
  }

  function pass(from: Socket, to: Socket, pair: Pair): void {
    const forward = paced(from, to)
    from.on('data', (piece) => {
      if (isMet()) suffer(piece, pair, forward)
      else forward(piece, 0, 0)
    })
    from.on('end', () => forward(undefined, 0, 0))
    from.on('error', () => to.destroy())
    from.on('close', () => {
      pairs.delete(pair)
      to.destroy()
    })
  }

  const heal = (): void => {
    current = undefined
    for (const pair of pairs) if (pair.isSpoilt) reset(pair)
  }

  const server = createServer({ allowHalfOpen: true }, (client) => {
    const upstream = createConnection({ host: '127.0.0.1', port: target, allowHalfOpen: true })
    const pair: Pair = { sockets: [client, upstream], isSpoilt: false }
    pairs.add(pair)
    pass(client, upstream, pair)
    pass(upstream, client, pair)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    harm(harm) {
      heal()
      current = harm
      isFirst = true
      if (harm.kind === 'reset') for (const pair of pairs) reset(pair)
    },
    heal,
    harmed: (kind) => met.get(kind) ?? 0,
    async close() {
      for (const pair of pairs) reset(pair)
      server.close()
      await once(server, 'close')
    },
  }
}
