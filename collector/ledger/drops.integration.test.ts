import type { TrackedEvent } from '@webwatch/events'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { diceOf } from '../faults/dice.ts'
import { tcpProxy } from '../faults/tcp-proxy.ts'
import { batchOf, clickEvent, uuidV7 } from '../testing/batch.ts'
import { type TestCollector, testCollector } from '../testing/collector.ts'
import { eventually } from '../testing/eventually.ts'
import { pipelineEnv } from '../testing/kafka-pipeline.ts'
import type { LedgerRow } from './ledger.ts'

const servers = inject('stack')
const settings: Record<string, Record<string, string>> = { Kafka: pipelineEnv(servers), 'the embedded store': {} }
const collectors = new Map<string, TestCollector>()

beforeAll(async () => {
  for (const [name, env] of Object.entries(settings)) collectors.set(name, await testCollector(env))
})
afterAll(() => Promise.all([...collectors.values()].map((collector) => collector.close())))

const sum = (rows: readonly LedgerRow[], name: 'captured' | 'stored' | 'missing' | 'doubled') =>
  rows.reduce((total, row) => total + row[name], 0)

it.each(Object.keys(settings))('k events that a network drops are k missing events, with %s', async (name) => {
  const collector = collectors.get(name)!
  const proxy = await tcpProxy(Number(new URL(collector.url).port), diceOf(1))
  const page = uuidV7()
  const tenMinutesAgo = Date.now() - 600_000
  const post = (event: TrackedEvent) =>
    fetch(`http://127.0.0.1:${proxy.port}/v1/events`, {
      method: 'POST',
      body: JSON.stringify(batchOf([event])),
      headers: { 'content-type': 'application/json' },
      signal: AbortSignal.timeout(500),
    }).then(
      ({ status }) => status === 202,
      () => false,
    )
  const dropped = new Set([0, 7, 8, 9, 20])
  for (let seq = 0; seq < 30; seq++) {
    const event = clickEvent({ site: 'drops.example', page, seq, time: tenMinutesAgo + seq })
    if (dropped.has(seq)) {
      // A sender that gives up at once.
      const before = proxy.harmed('drop')
      proxy.harm({ kind: 'drop' })
      expect(await post(event)).toBe(false)
      // On a busy machine the proxy may come to see only now what it drops, or the sender may have given up before it sent anything.
      const isMet = eventually(
        async () => proxy.harmed('drop'),
        (met) => expect(met).toBeGreaterThan(before),
        3_000,
      )
      await isMet.catch(() => undefined)
      proxy.heal()
    } else {
      // On a busy machine an answer may be late; what is sent again is no loss.
      await eventually(
        () => post(event),
        (isAccepted) => expect(isAccepted).toBe(true),
      )
    }
  }
  await proxy.close()
  const stored = 30 - dropped.size
  const read = async () => (await (await fetch(`${collector.url}/v1/ledger?site=drops.example`)).json()) as { rows: LedgerRow[] }
  const { rows } = await eventually(read, (answer) => expect(sum(answer.rows, 'stored')).toBe(stored))
  expect(sum(rows, 'captured')).toBe(30)
  expect(sum(rows, 'missing')).toBe(dropped.size)
  expect(sum(rows, 'doubled')).toBe(0)
  await eventually(
    async () => (await fetch(`${collector.url}/metrics`)).text(),
    (text) => {
      for (const [state, events] of Object.entries({ captured: 30, stored, missing: dropped.size, doubled: 0 }))
        expect(text).toContain(`webwatch_ledger_events{site="drops.example",state="${state}"} ${events}\n`)
      // All of them were late. In the embedded store aggregates are a view, and late events nothing special.
      const late = Number(/^webwatch_sink_late_total (\d+)$/m.exec(text)?.[1])
      if (name === 'Kafka') expect(late).toBeGreaterThanOrEqual(stored)
      else expect(late).toBe(0)
    },
  )
})
