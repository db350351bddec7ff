import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findBrowser, hasDisplay } from './browser.ts'

let folder = ''
const install = async (command: string) => {
  await writeFile(join(folder, command), '')
  await chmod(join(folder, command), 0o755)
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'webwatch-path-'))
  await install('firefox-esr')
  await install('google-chrome')
})
afterAll(() => rm(folder, { recursive: true }))

describe('the browser that npm start opens', () => {
  it('is one of the Chromium family where there is one', () => {
    expect(findBrowser(`/nowhere${delimiter}${folder}`)).toEqual({
      name: 'Google Chrome',
      kind: 'chromium',
      path: join(folder, 'google-chrome'),
    })
  })

  it('is the one that was asked for', () => {
    expect(findBrowser(folder, 'firefox')).toMatchObject({ kind: 'firefox', path: join(folder, 'firefox-esr') })
  })

  it('needs a display on Linux alone', () => {
    expect(hasDisplay({}, 'linux')).toBe(false)
    expect(hasDisplay({ WAYLAND_DISPLAY: 'wayland-0' }, 'linux')).toBe(true)
    expect(hasDisplay({}, 'darwin')).toBe(true)
  })
})
