import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import type { FastifyInstance } from 'fastify'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { embeddedBus } from '../bus/embedded.ts'
import { readConfig } from '../config.ts'
import { buildServer } from '../http/server.ts'
import { receiptBoard } from '../receipts/board.ts'
import { createTelemetry } from '../telemetry.ts'
import { batchOf, clickEvent } from '../testing/batch.ts'
import { keyring } from './keys.ts'

/** 20,000 by default, as many as are asked for in a long run. */
const CASES = Number(process.env.FUZZ_CASES ?? 20_000)
const SLOW_MS = 1_000

let app: FastifyInstance
let kept = 0

beforeAll(async () => {
  const bus = embeddedBus()
  await bus.consume(async (delivered) => {
    kept += delivered.length
    return new Set()
  })
  app = await buildServer({
    config: readConfig({}),
    log: pino({ level: 'silent' }),
    telemetry: createTelemetry(),
    receipts: receiptBoard(),
    bus,
    keys: keyring(readConfig({}).keys, true),
    mayRead: () => undefined,
    stopping: new AbortController().signal,
  })
  await app.ready()
})
afterAll(() => app.close())

const odd = fc.oneof(
  fc.anything({ withBigInt: false, maxDepth: 3 }),
  fc.constantFrom(null, '', -1, 1e308, 2 ** 53, [], {}, '__proto__', 'constructor', 'x'.repeat(5_000), '\0', '\ud800', true),
)

type Node = Record<string, unknown>
/** A place in the batch, as indices into the properties on the way down, and what happens there. */
const mutation = fc.record({
  path: fc.array(fc.nat(40), { minLength: 1, maxLength: 4 }),
  how: fc.constantFrom('replace', 'remove', 'add'),
  value: odd,
})

function mutate(batch: Node, { path, how, value }: { path: number[]; how: string; value: unknown }): void {
  let node = batch
  for (const [depth, step] of path.entries()) {
    const names = Object.keys(node)
    const name = names[step % Math.max(names.length, 1)]
    if (name === undefined) return
    const next = node[name]
    if (depth < path.length - 1 && typeof next === 'object' && next !== null) {
      node = next as Node
      continue
    }
    if (how === 'remove') delete node[name]
    else node[how === 'add' ? `${name}_` : name] = value
    return
  }
}

const mutated = fc.array(mutation, { maxLength: 4 }).map((mutations) => {
  const batch = batchOf([clickEvent(), clickEvent(), clickEvent()]) as unknown as Node
  for (const each of mutations) mutate(batch, each)
  return JSON.stringify(batch)
})
const torn = fc.tuple(mutated, fc.nat()).map(([text, at]) => text.slice(0, at % text.length))
const body = fc.oneof(
  { weight: 8, arbitrary: mutated.map((text) => Buffer.from(text)) },
  { weight: 1, arbitrary: torn.map((text) => Buffer.from(text)) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 500 }).map((bytes) => Buffer.from(bytes)) },
)
const printable = (maxLength: number) => fc.string({ maxLength }).map((text) => text.replace(/[^\x20-\x7e]/g, ''))
/** Mostly what a tracker sends, and now and then something else. */
const seldom = (usual: string | undefined, ...others: string[]) =>
  fc.oneof({ weight: 12, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(...others) })
const headers = fc
  .record({
    'content-type': seldom('application/json', 'text/plain', 'text/plain;charset=UTF-8', 'application/xml', 'nonsense'),
    'content-encoding': seldom(undefined, 'gzip', 'identity', 'br', ''),
    authorization: fc.option(printable(40), { nil: undefined }),
    'user-agent': fc.option(printable(200), { nil: undefined }),
    origin: seldom(undefined, 'null', 'https://shop.example', 'chrome-extension://x', '://'),
  })
  .map((sent) => Object.fromEntries(Object.entries(sent).filter(([, text]) => text !== undefined)) as Record<string, string>)

it(`answers ${CASES} odd requests, none with 5xx and none slowly`, async () => {
  const statuses = new Map<number, number>()
  await fc.assert(
    fc.asyncProperty(body, headers, fc.boolean(), async (bytes, sent, pack) => {
      const packed = sent['content-encoding'] === 'gzip' && pack
      const started = performance.now()
      const payload = packed ? gzipSync(bytes) : bytes
      const answer = await app.inject({
        method: 'POST',
        url: '/v1/events',
        headers: { 'content-type': 'application/json', ...sent },
        payload,
      })
      statuses.set(answer.statusCode, (statuses.get(answer.statusCode) ?? 0) + 1)
      expect(answer.statusCode).toBeLessThan(500)
      expect(performance.now() - started).toBeLessThan(SLOW_MS)
      if (answer.statusCode !== 202) expect(answer.json()).toEqual({ error: { code: expect.any(String), message: expect.any(String) } })
    }),
    { numRuns: CASES, endOnFailure: true },
  )
  console.info(`${CASES} requests, ${kept} events kept, answers by status:`, Object.fromEntries(statuses))
  expect(kept).toBeGreaterThan(CASES / 10)
})
