import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))

/** What a site writes. Each line after `@ts-expect-error` must be refused, or the compiler complains of the comment. */
const CONSUMER = `/// <reference path="./tracker.d.ts" />
import type { WebWatch, WebWatchProperties } from './tracker'

const properties: WebWatchProperties = { item: 'teapot', price: 39.5, gift: false }
const tracker: WebWatch | undefined = window.webwatch
tracker?.track('add_to_cart', properties)
tracker?.track('tea_time')
tracker?.consent(true)
tracker?.stop()
// @ts-expect-error before the script has run there is none
window.webwatch.track('early')
// @ts-expect-error a name is needed
tracker?.track()
// @ts-expect-error what is nested is not taken
tracker?.track('a', { nested: { deep: 1 } })
// @ts-expect-error an answer is yes or no
tracker?.consent('yes')
// @ts-expect-error there is no such call
tracker?.identify('me')
`

it('gives a strict consumer the types that the build ships, as the documentation has it', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'webwatch-types-'))
  try {
    await execa('npx', ['vite', 'build', '--mode', 'tracker', '--outDir', directory, '--logLevel', 'error'], { cwd: root })
    const guide = await readFile(join(root, 'docs/script-tag.md'), 'utf8')
    await writeFile(join(directory, 'consumer.ts'), CONSUMER)
    await writeFile(join(directory, 'documented.ts'), /```ts\n([\s\S]*?)```/.exec(guide)![1]!)
    const options = [
      '--strict',
      '--noEmit',
      '--target',
      'es2022',
      '--module',
      'esnext',
      '--moduleResolution',
      'bundler',
      '--lib',
      'es2022,dom',
    ]
    const files = ['consumer.ts', 'documented.ts'].map((name) => join(directory, name))
    const { all } = await execa('npx', ['tsc', ...options, '--types', '', '--ignoreConfig', ...files], {
      cwd: root,
      all: true,
      reject: false,
    })
    expect(all).toBe('')
  } finally {
    await rm(directory, { recursive: true })
  }
}, 60_000)
