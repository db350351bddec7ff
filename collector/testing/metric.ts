import type { TestCollector } from './collector.ts'

/**
 * Reads one figure from `/metrics`; 0 when it is not there.
 * @param name with its labels, as Prometheus writes them
 */
export async function metric(collector: TestCollector, name: string): Promise<number> {
  const text = String((await collector.get('/metrics')).body)
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${name} `))
  return Number(line?.slice(name.length + 1) ?? 0)
}
