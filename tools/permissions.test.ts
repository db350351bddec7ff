import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const manifest = JSON.parse(readFileSync(`${root}manifest.json`, 'utf8')) as Record<string, unknown>
const page = readFileSync(`${root}docs/permissions.md`, 'utf8')
/** The first cell of each row, and the second. */
const justified = new Map([...page.matchAll(/^\| `([\w]+)`[^|]*\| (.+?) *\|$/gm)].map(([, name, why]) => [name!, why!]))

describe('docs/permissions.md', () => {
  it('justifies each permission of the manifest, and no other', () => {
    const wanted = [...(manifest.permissions as string[]), 'optional_host_permissions']
    expect([...justified.keys()].sort()).toEqual(wanted.sort())
    for (const [name, why] of justified) expect(why, name).toMatch(/^[A-Z].{20,}\.$/)
  })

  it('is about a manifest that asks for no site at installation, lets nobody else in and stays out of private windows', () => {
    for (const name of [
      'host_permissions',
      'content_scripts',
      'externally_connectable',
      'web_accessible_resources',
      'optional_permissions',
    ]) {
      expect(manifest).not.toHaveProperty(name)
    }
    expect(manifest.optional_host_permissions).toEqual(['http://*/*', 'https://*/*'])
    expect(manifest.incognito).toBe('not_allowed')
    expect(manifest.content_security_policy).toEqual({ extension_pages: "script-src 'self'; object-src 'self'" })
  })
})

describe('a permission', () => {
  const uses: Record<string, RegExp> = {
    storage: /browser\.storage\./,
    scripting: /browser\.scripting\./,
    alarms: /browser\.alarms\./,
    activeTab: /browser\.tabs\.query\(\{ active: true/,
    unlimitedStorage: /openDB/,
  }
  const sources = ['background/sites.ts', 'background/delivery.ts', 'settings.ts', 'popup/use-site.ts', 'log/database.ts']

  it.each(manifest.permissions as string[])('%s is used', (name) => {
    expect(uses[name], `say here how ${name} is used`).toBeDefined()
    const text = sources.map((path) => readFileSync(`${root}extension/${path}`, 'utf8')).join('\n')
    expect(text).toMatch(uses[name]!)
  })
})
