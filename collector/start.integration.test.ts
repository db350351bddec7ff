import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { eventually } from './testing/eventually.ts'
import { collectorProcess } from './testing/process.ts'

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

it('says at the start which settings it has been given for nothing', async () => {
  const log = join(directory, 'unused.log')
  const env = { DATA_DIR: join(directory, 'unused'), INFLUX_URL: 'http://influx:8086', INFLUX_TOKEN: 'not-for-the-log' }
  const collector = await collectorProcess(env, { cwd: directory, log })
  const text = await eventually(
    () => readFile(log, 'utf8'),
    (said) => expect(said).toContain('these settings are not used'),
  ).finally(() => collector.kill())
  expect(JSON.parse(text.split('\n').find((line) => line.includes('not used'))!)).toMatchObject({
    level: 40,
    settings: ['INFLUX_TOKEN', 'INFLUX_URL'],
    msg: expect.stringContaining('KAFKA_BROKER_URL'),
  })
  expect(text).not.toContain('not-for-the-log')
})
