import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import getPort from 'get-port'
import { cached } from './cache.ts'
import { type Server, startServer } from './server.ts'
import { requireTool } from './tool.ts'

const VERSION = '2.7.12'
/** Of InfluxData's pkg-config, which finds and builds libflux. */
const PKG_CONFIG_VERSION = '0.2.7'
// influxd's own go.mod names this fork in a replace directive, which counts only in the main module.
const STREAMING_SERVER =
  'github.com/nats-io/nats-streaming-server v0.11.2 => github.com/influxdata/nats-streaming-server v0.11.3-0.20201112040610-c277f7560803'

const goMod = `module webwatch/influxd

go 1.22

require github.com/influxdata/influxdb/v2 v${VERSION}

replace ${STREAMING_SERVER}
`
const goTools = `//go:build tools

package tools

import _ "github.com/influxdata/influxdb/v2/cmd/influxd"
`
// libflux denies warnings and pins an old Rust; only its C interface is needed.
const cargoWrapper = `#!/bin/sh
exec cargo "$@" --no-default-features --features cffi -p flux
`

async function build(directory: string): Promise<void> {
  const bin = join(directory, 'bin')
  await mkdir(bin)
  await writeFile(join(directory, 'go.mod'), goMod)
  await writeFile(join(directory, 'tools.go'), goTools)
  const wrapper = join(bin, 'cargo-flux')
  await writeFile(wrapper, cargoWrapper)
  await chmod(wrapper, 0o755)
  const toolchain = await execa('rustup', ['toolchain', 'list'], { reject: false })
  const rust = /^stable\S*/m.exec(toolchain.stdout ?? '')?.[0]
  const run = (args: string[], env: Record<string, string> = {}) => execa('go', args, { cwd: directory, env, stdout: 2, stderr: 2 })
  await run(['install', `github.com/influxdata/pkg-config@v${PKG_CONFIG_VERSION}`], { GOFLAGS: '-mod=mod', GOBIN: bin })
  await run(['mod', 'tidy', '-e'])
  await run(['build', '-tags', 'sqlite_foreign_keys,sqlite_json', '-o', 'influxd', 'github.com/influxdata/influxdb/v2/cmd/influxd'], {
    PATH: `${bin}:${process.env.PATH}`,
    PKG_CONFIG: join(bin, 'pkg-config'),
    CARGO: wrapper,
    ...(rust ? { RUSTUP_TOOLCHAIN: rust } : {}),
  })
}

/** The path of influxd, built from its published source on first use (some minutes). */
export async function provideInfluxDb(): Promise<string> {
  const directory = await cached(`influxdb-${VERSION}`, async (draft) => {
    for (const tool of ['go', 'cargo', 'make']) await requireTool(tool)
    await build(draft)
  })
  return join(directory, 'influxd')
}

/** Where an InfluxDB answers, and who may do everything there. */
export interface InfluxDbAddress {
  url: string
  token: string
  organisation: string
  bucket: string
}

async function setUp(address: InfluxDbAddress): Promise<void> {
  const { allowed } = (await (await fetch(`${address.url}/api/v2/setup`)).json()) as { allowed: boolean }
  if (!allowed) return
  const body = {
    username: 'webwatch',
    password: 'webwatch-password',
    org: address.organisation,
    bucket: address.bucket,
    token: address.token,
  }
  const answer = await fetch(`${address.url}/api/v2/setup`, { method: 'POST', body: JSON.stringify(body) })
  if (!answer.ok) throw new Error(`InfluxDB refused its setup: ${answer.status} ${await answer.text()}`)
}

/**
 * Starts an InfluxDB 2 on loopback, set up with the organisation `webwatch` and the bucket `analytics`.
 * @param options.dataDir keeps its data; a directory that was used before is used again
 * @param options.port its port; a free one when left out
 */
export async function startInfluxDb(options: { dataDir: string; port?: number }): Promise<Server & InfluxDbAddress> {
  const command = await provideInfluxDb()
  await mkdir(options.dataDir, { recursive: true })
  const port = options.port ?? (await getPort({ host: '127.0.0.1' }))
  const address = { url: `http://127.0.0.1:${port}`, token: 'webwatch-development-token', organisation: 'webwatch', bucket: 'analytics' }
  const args = [
    'run',
    ...['--http-bind-address', `127.0.0.1:${port}`],
    ...['--bolt-path', join(options.dataDir, 'influxd.bolt')],
    ...['--engine-path', join(options.dataDir, 'engine')],
    ...['--sqlite-path', join(options.dataDir, 'influxd.sqlite')],
    ...['--log-level', 'error', '--reporting-disabled'],
    // It records the stack of each 4 KiB that are allocated otherwise, which takes about a sixth of the time of a query.
    '--pprof-disabled',
  ]
  const isUp = async () => (await fetch(`${address.url}/health`)).ok
  const server = await startServer({ name: 'InfluxDB', command, args, log: join(options.dataDir, 'influxd.log'), isUp })
  await setUp(address)
  return Object.defineProperties(address, Object.getOwnPropertyDescriptors(server)) as Server & InfluxDbAddress
}
