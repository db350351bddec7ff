import { connect, type Socket } from 'node:net'
import type { ISocketFactory } from 'kafkajs'

const SIZE_BYTES = 4
/** A partition of a metadata answer (versions 5 and 6) of a broker that is alone: error, partition, leader, and three lists of which two name it. */
const PARTITION_BYTES = 2 + 4 + 4 + 8 + 8 + 4
const PARTITION_ID_AT = 2

/** An answer without a partition of a topic; as it is when it names no such thing. */
function without(answer: Buffer, topic: string, partition: number): Buffer {
  const name = answer.indexOf(topic)
  if (name < 0) return answer
  // Behind the name lie a boolean and the number of partitions.
  const countAt = name + Buffer.byteLength(topic) + 1
  const start = countAt + 4
  if (start > answer.length) return answer
  const count = answer.readInt32BE(countAt)
  for (let at = start; at < start + count * PARTITION_BYTES && at + PARTITION_BYTES <= answer.length; at += PARTITION_BYTES) {
    if (answer.readInt32BE(at + PARTITION_ID_AT) !== partition) continue
    const rest = Buffer.concat([answer.subarray(0, at), answer.subarray(at + PARTITION_BYTES)])
    rest.writeInt32BE(rest.length - SIZE_BYTES, 0)
    rest.writeInt32BE(count - 1, countAt)
    return rest
  }
  return answer
}

/** Splits what arrives into whole answers. */
function answers(): (piece: Buffer) => Buffer[] {
  let rest: Buffer = Buffer.alloc(0)
  return (piece) => {
    rest = Buffer.concat([rest, piece])
    const whole: Buffer[] = []
    while (rest.length >= SIZE_BYTES && rest.length >= SIZE_BYTES + rest.readInt32BE(0)) {
      const end = SIZE_BYTES + rest.readInt32BE(0)
      whole.push(Buffer.from(rest.subarray(0, end)))
      rest = rest.subarray(end)
    }
    return whole
  }
}

/**
 * Connections to a broker on which answers about topics lack a partition, as damage to their bytes can make them, as long as `isDamaged` says so.
 * @param damaged is told of each answer that was changed
 */
export function leavingOut(topic: string, partition: number, isDamaged: () => boolean, damaged: () => void): ISocketFactory {
  return ({ host, port, onConnect }) => {
    const socket: Socket = connect({ host, port }, onConnect)
    const emit = socket.emit.bind(socket)
    const whole = answers()
    socket.emit = (event: string | symbol, ...values: unknown[]) => {
      if (event !== 'data') return emit(event, ...values)
      for (const answer of whole(values[0] as Buffer)) {
        const told = isDamaged() ? without(answer, topic, partition) : answer
        if (told !== answer) damaged()
        emit('data', told)
      }
      return true
    }
    return socket
  }
}
