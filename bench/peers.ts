import { existsSync } from 'node:fs'
import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Subject } from '@webwatch/e2e/fixed-visit/measure.ts'
import { execa } from 'execa'
import { build } from 'vite'

const here = join(import.meta.dirname, 'peers')
/** Umami's tracker is part of its server's package, whose dependencies nothing here needs: of it, one file is taken. */
const UMAMI = 'umami@2.10.0'
const bundled = ['plausible', 'snowplow', 'clarity', 'rrweb', 'posthog'] as const
const root = join(here, '../..')

async function bundle(input: string, inline = {}): Promise<string> {
  const outDir = await mkdtemp(join(tmpdir(), 'webwatch-peer-'))
  await build({
    root: here,
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    define: { 'process.env.NODE_ENV': '"production"' },
    build: { outDir, target: 'es2022', rolldownOptions: { input, output: { format: 'iife', entryFileNames: 'peer.js' } } },
    ...inline,
  })
  return readFile(join(outDir, 'peer.js'), 'utf8')
}

async function umami(): Promise<Subject> {
  const directory = await mkdtemp(join(tmpdir(), 'webwatch-umami-'))
  await execa('npm', ['pack', UMAMI, '--pack-destination', directory], { cwd: directory })
  await execa('tar', ['xzf', 'umami-2.10.0.tgz', 'package/src/tracker/index.js'], { cwd: directory })
  const script = await bundle(join(directory, 'package/src/tracker/index.js'))
  return { name: 'umami', tag: '<script src="/tracker.js" data-website-id="bench" data-host-url="/umami" async></script>', script }
}

/** WebWatch's own tracker, a page without any, and the trackers of others as npm has them, in versions that stay. */
export async function subjects(): Promise<Subject[]> {
  if (!existsSync(join(here, 'node_modules')))
    await execa('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: here, stdio: 'inherit' })
  await execa('npx', ['vite', 'build', '--mode', 'tracker', '--logLevel', 'error'], { cwd: root })
  const webwatch = await readFile(join(root, 'dist/tracker.js'), 'utf8')
  const peers = bundled.map(async (name) => ({
    name,
    tag: '<script src="/tracker.js" async></script>',
    script: await bundle(join(here, `entries/${name}.js`)),
  }))
  return [
    { name: 'none', tag: '', script: '' },
    { name: 'webwatch', tag: '<script src="/tracker.js" data-site="bench.test" async></script>', script: webwatch },
    await umami(),
    ...(await Promise.all(peers)),
  ]
}
