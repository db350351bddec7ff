import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'

const program = fileURLToPath(new URL('./index.ts', import.meta.url))
const taken = createServer()
let directory: string

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'webwatch-start-'))
  await writeFile(join(directory, 'file'), '')
  taken.listen(0, '127.0.0.1')
  await once(taken, 'listening')
})
afterAll(async () => {
  taken.close()
  await rm(directory, { recursive: true, force: true })
})

async function start(env: Record<string, string>): Promise<{ code: number; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), program], {
    cwd: directory,
    env: { PATH: process.env.PATH, SERVER_PORT: '0', DATA_DIR: join(directory, 'data'), LOG_LEVEL: 'info', ...env },
  })
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  return { code: code as number, stdout, stderr }
}

it.concurrent.each<[name: string, env: () => Record<string, string>, line: RegExp]>([
  [
    'a value that makes no sense',
    () => ({ KAFKA_PARTITIONS: 'many', KAFKA_BROKER_URL: 'a:1' }),
    /^webwatch collector: KAFKA_PARTITIONS="many" is not a whole/,
  ],
  [
    'a port that is taken',
    () => ({ SERVER_PORT: String((taken.address() as AddressInfo).port) }),
    /^webwatch collector: SERVER_PORT=\d+ is taken on 127\.0\.0\.1: end what listens there, or choose another port\n$/,
  ],
  [
    'an address of another machine',
    () => ({ SERVER_HOST: '192.0.2.1', WRITE_KEYS: 'a:b', DATA_DIR: join(directory, 'other') }),
    /SERVER_HOST=192\.0\.2\.1 is no address of this machine/,
  ],
  [
    'a directory that is a file',
    () => ({ DATA_DIR: join(directory, 'file') }),
    /^webwatch collector: DATA_DIR=\S+ is no directory that can be written/,
  ],
  [
    'an address for traces that is none',
    () => ({ OTEL_EXPORTER_OTLP_ENDPOINT: 'jaeger' }),
    /OTEL_EXPORTER_OTLP_ENDPOINT="jaeger" is not an http or https address/,
  ],
])('ends at %s with one line', async (_name, env, line) => {
  const { code, stdout, stderr } = await start(env())
  expect(stderr).toMatch(line)
  expect(stderr).toMatch(/^[^\n]+\n$/)
  expect(stdout).not.toContain('listening')
  expect(code).toBe(1)
})
