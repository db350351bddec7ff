import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { duckDbSink } from '@webwatch/collector/sink/duckdb.ts'
import { execa } from 'execa'
import getPort from 'get-port'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')
let dataDir = ''
const start = (port: number, env: Record<string, string> = {}) =>
  execa('node', ['tools/bootstrap.mjs', 'tools/start/index.ts', '--no-browser'], {
    cwd: root,
    env: { SERVER_HOST: '127.0.0.1', SERVER_PORT: String(port), DATA_DIR: dataDir, KAFKA_BROKER_URL: '', LOG_LEVEL: 'warn', ...env },
    reject: false,
    all: true,
  })

/** The processes that `npm start` and its children are: those with its data directory in their environment. */
async function running(): Promise<string[]> {
  const { stdout } = await execa('ps', ['axeww', '-o', 'pid=,args='])
  return stdout.split('\n').filter((line) => line.includes(`DATA_DIR=${dataDir}`))
}

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'webwatch-start-'))
})
afterAll(() => rm(dataDir, { recursive: true, force: true }))

describe('npm start', () => {
  it('serves the shop and the tracker, and SIGINT ends all of it within ten seconds', async () => {
    const port = await getPort()
    const run = start(port)
    let printed = ''
    await new Promise<void>((resolve, reject) => {
      run.all.on('data', (chunk) => {
        printed += chunk
        if (printed.includes('Ctrl-C stops everything')) resolve()
      })
      void run.then(({ all }) => reject(new Error(all)))
    })
    const status = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).status
    expect(await Promise.all(['/healthz', '/demo/', '/tracker.js', '/'].map(status))).toEqual([200, 200, 200, 200])
    expect(printed).toContain(`http://127.0.0.1:${port}/demo/`)

    expect(await running()).not.toEqual([])
    const asked = Date.now()
    run.kill('SIGINT')
    const { exitCode } = await run
    expect(exitCode).toBe(0)
    expect(Date.now() - asked).toBeLessThan(10_000)
    expect(await running()).toEqual([])
    await expect(fetch(`http://127.0.0.1:${port}/healthz`)).rejects.toThrow()
  })

  it('says in one line that its port is taken', async () => {
    const port = await getPort()
    const holder = createServer().listen(port, '127.0.0.1')
    const { exitCode, all } = await start(port)
    holder.close()
    expect(exitCode).toBe(1)
    expect(all).toBe(`SERVER_PORT=${port} is taken on 127.0.0.1: end what listens there, or choose another port`)
  })

  it('says in one line that its host is of another machine', async () => {
    const { exitCode, all } = await start(0, { SERVER_HOST: '192.0.2.1', WRITE_KEYS: 'a:b' })
    expect(exitCode).toBe(1)
    expect(all).toBe('SERVER_HOST=192.0.2.1 is no address of this machine: 127.0.0.1 is, and 0.0.0.0 stands for all of them')
  })

  it('says in one line that its store is in use', async () => {
    const used = join(dataDir, 'used')
    const holder = await duckDbSink(used)
    const { exitCode, all } = await start(0, { DATA_DIR: used })
    await holder.close()
    expect(exitCode).toBe(1)
    expect(all.split('\n').slice(1)).toEqual([`DATA_DIR=${used} is in use by another collector: each needs a directory of its own`])
  })
})
