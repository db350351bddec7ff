import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type TestCollector, testCollector } from '../testing/collector.ts'
import { eventually } from '../testing/eventually.ts'
import type { Stage } from './receipt.ts'

let collector: TestCollector
/** What nobody has caught: a collector would end with the first. */
let faults: Error[]
const note = (error: Error) => void faults.push(error)
beforeEach(async () => {
  faults = []
  process.on('uncaughtException', note)
  collector = await testCollector()
})
afterEach(async () => {
  await collector.close()
  process.off('uncaughtException', note)
})

const stages = (count: number): Stage[] => Array.from({ length: count }, (_, index) => ({ id: `id-${index}`, stage: 'accepted', at: 1 }))

/** A reader of the stream, and whether it still is one. */
async function reader(): Promise<{ socket: Socket; ended(): boolean }> {
  const { hostname, port } = new URL(collector.url)
  const socket = connect(Number(port), hostname)
  let ended = false
  socket.on('close', () => {
    ended = true
  })
  socket.on('error', () => socket.destroy())
  socket.write('GET /v1/receipts/stream HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
  await once(socket, 'data')
  return { socket, ended: () => ended }
}

const isOver = ({ ended }: { ended(): boolean }) =>
  eventually(
    async () => ended(),
    (over) => expect(over).toBe(true),
    5_000,
  )

describe('a stream of receipts', () => {
  it('is ended when keys change, and what becomes of events just then ends nothing else', async () => {
    const one = await reader()
    collector.parts.keys.replace({ write: [], read: [], admin: [] })
    collector.parts.receipts.post(stages(3))
    await isOver(one)
    await sleep(100)
    expect(faults).toEqual([])
    expect((await collector.get('/healthz')).status).toBe(200)
  })

  it('of somebody who reads nothing is cut, however much there is to say at once', async () => {
    const silent = await reader()
    silent.socket.pause()
    // More than 1 MiB beyond what a kernel keeps for both sides.
    collector.parts.receipts.post(stages(200_000))
    await sleep(100)
    silent.socket.resume()
    await isOver(silent)
    expect(faults).toEqual([])
    expect((await collector.get('/healthz')).status).toBe(200)
  })
})
