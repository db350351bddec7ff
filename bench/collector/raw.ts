import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { countCpu } from './cpu.ts'
import { sampleLines } from './records.ts'
import type { ServedWorkshop } from './servers.ts'

const LINES = 5_000
const WRITES = 18
const WRITERS = 2
const compress = promisify(gzip)

/** Points a second that InfluxDB takes from ready-made gzip line protocol, of the same lines that a sink makes, and its CPU µs for each. */
export async function writeRaw({ influx, env }: ServedWorkshop): Promise<{ rate: number; influx: number }> {
  const query = new URLSearchParams({ org: influx.organisation, bucket: env.INFLUX_BUCKET!, precision: 'ns' })
  const headers = { authorization: `Token ${influx.token}`, 'content-encoding': 'gzip' }
  const bodies: Buffer[] = []
  for (let write = 0; write < WRITES; write++) bodies.push(await compress(sampleLines(LINES), { level: 1 }))
  const used = await countCpu({ influx: influx.pid })
  const started = performance.now()
  const writeAll = async (): Promise<void> => {
    for (let body = bodies.pop(); body; body = bodies.pop()) {
      const response = await fetch(`${influx.url}/api/v2/write?${query}`, {
        method: 'POST',
        headers,
        body: body as Uint8Array<ArrayBuffer>,
      })
      if (!response.ok) throw new Error(`InfluxDB answered ${response.status}: ${await response.text()}`)
      await response.arrayBuffer()
    }
  }
  await Promise.all(Array.from({ length: WRITERS }, writeAll))
  const seconds = (performance.now() - started) / 1000
  const points = WRITES * LINES
  return { rate: points / seconds, influx: ((await used()).influx / points) * 1e6 }
}
