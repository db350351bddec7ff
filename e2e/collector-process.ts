import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { EventsPage } from '@webwatch/collector/sink/sink.ts'
import { PROGRAM } from '@webwatch/collector/testing/process.ts'
import { until } from './until.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/** The collector as its users run it: a process of its own, which tests may end in any way. */
export interface CollectorProcess {
  readonly url: string
  /** Where it keeps its data. */
  readonly dataDir: string
  /** All that it has written to its output and its log. */
  log(): string
  start(): Promise<void>
  /** Ends it: in good order by SIGTERM, at once by SIGKILL. */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>
  /** Every stored event of a type, by `GET /v1/events`. */
  events(type?: string): Promise<EventsPage['events']>
  /** Ends it and removes its data. */
  dispose(): Promise<void>
}

/**
 * Prepares a collector; `start` starts it.
 * @param env of the collector, on top of a free data directory
 */
export async function collectorProcess(port: number, env: Record<string, string> = {}): Promise<CollectorProcess> {
  const dataDir = await mkdtemp(join(tmpdir(), 'webwatch-e2e-'))
  const url = `http://127.0.0.1:${port}`
  let child: ChildProcess | undefined
  const said: string[] = []
  const isLoud = env.LOG_LEVEL !== undefined
  const collector: CollectorProcess = {
    url,
    dataDir,
    log: () => said.join(''),
    async start() {
      const settings = { SERVER_PORT: String(port), DATA_DIR: dataDir, LOG_LEVEL: 'warn', ...env }
      child = spawn(process.execPath, PROGRAM, {
        cwd: root,
        env: { ...process.env, ...settings },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      for (const stream of [child.stdout!, child.stderr!]) {
        stream.on('data', (chunk: Buffer) => {
          said.push(String(chunk))
          // A test that wants more than warnings reads them itself.
          if (!isLoud) process.stderr.write(chunk)
        })
      }
      await until('the collector is ready', async () => (await fetch(`${url}/readyz`)).ok, 60_000)
    },
    async stop(signal = 'SIGTERM') {
      if (!child || child.exitCode !== null || child.signalCode !== null) return
      const ended = once(child, 'exit')
      child.kill(signal)
      await ended
    },
    async events(type) {
      const events: EventsPage['events'] = []
      for (let cursor: string | null = ''; cursor !== null; ) {
        const query = new URLSearchParams({ limit: '500', ...(type ? { type } : {}), ...(cursor ? { cursor } : {}) })
        const page = (await (await fetch(`${url}/v1/events?${query}`)).json()) as EventsPage
        events.push(...page.events)
        cursor = page.cursor
      }
      return events
    },
    async dispose() {
      await collector.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
  return collector
}
