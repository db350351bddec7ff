import type { BatchFacts } from '@webwatch/collector/record.ts'
import { type Accepted, encodeRecord, toRecord } from '@webwatch/collector/record.ts'
import { lineOf } from '@webwatch/collector/sink/line-protocol.ts'
import { Lines } from '@webwatch/collector/sink/lines.ts'
import { batchOf, clickEvent, uuidV7 } from '@webwatch/collector/testing/batch.ts'

const sessions = Array.from({ length: 200 }, () => uuidV7())

function sample(seq: number): Accepted {
  const facts: BatchFacts = {
    receivedAt: Date.now(),
    source: 'api',
    context: batchOf().context,
    device: 'unknown',
    browser: 'unknown',
    os: 'unknown',
    country: 'DE',
  }
  const event = clickEvent({ seq, site: 'raw.example', session: sessions[seq % sessions.length]! })
  return { event, route: 'https://shop.example/item/:id', facts }
}

/** Values of records, like those that a collector under this load puts into Kafka. */
export const sampleValues = (count: number): Buffer[] => Array.from({ length: count }, (_, seq) => Buffer.from(encodeRecord(sample(seq))))

/** Lines, like those that a sink makes of such records. */
export function sampleLines(count: number): Buffer {
  const lines = new Lines()
  for (let seq = 0; seq < count; seq++) lines.add(lineOf(toRecord(sample(seq))))
  return lines.bytes()
}
