import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import { eventually } from '../../testing/eventually.ts'
import type { Scenario } from '../scenario.ts'
import type { Stand } from '../stand.ts'
import type { Harm } from '../tcp-proxy.ts'

const everyHarm: readonly Harm[] = [{ kind: 'drop' }, { kind: 'delay', ms: 700 }, { kind: 'reset' }, { kind: 'corrupt' }]

const between = (name: string, way: keyof Stand['ways']): Scenario => ({
  name: `a network that drops, delays, resets and corrupts between ${name}`,
  async strike({ stand: { ways }, dice, strength: { harmMs, harms } }) {
    for (const harm of dice.shuffled(everyHarm).slice(0, harms)) {
      const before = ways[way].harmed(harm.kind)
      ways[way].harm(harm)
      // A harm that meets nothing shows nothing: after the one before it, a part may need a while to come back.
      await eventually(
        async () => ways[way].harmed(harm.kind),
        (harmed) => expect(harmed, harm.kind).toBeGreaterThan(before),
      )
      await sleep(harmMs)
    }
    ways[way].heal()
  },
})

/** A bad network between each pair of parts. */
export const network: readonly Scenario[] = [
  between('client and ingest', 'clientToIngest'),
  between('ingest and Kafka', 'ingestToKafka'),
  between('Kafka and the sink', 'kafkaToSink'),
  between('the sink and InfluxDB', 'sinkToInflux'),
]
