import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { unzipSync } from 'fflate'
import { expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))

it('packs both builds with their manifest at the root, without a grant and without web-accessible files', async () => {
  await execa('npx', ['tsx', 'tools/package/index.ts'], { cwd: root, env: { WEBWATCH_GRANTED_HOSTS: '', WEBWATCH_OUT_DIR: undefined } })
  for (const browser of ['chrome', 'firefox']) {
    const files = unzipSync(await readFile(`${root}/dist/webwatch-${browser}.zip`))
    const manifest = JSON.parse(new TextDecoder().decode(files['manifest.json']))
    expect(manifest).not.toHaveProperty('host_permissions')
    expect(manifest).not.toHaveProperty('web_accessible_resources')
    expect(manifest.background).toHaveProperty(browser === 'chrome' ? 'service_worker' : 'scripts')
    expect(Object.keys(files)).toContain(manifest.action.default_popup)
  }
}, 60_000)
