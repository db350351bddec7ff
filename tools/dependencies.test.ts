import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (path: string) => JSON.parse(readFileSync(`${root}${path}`, 'utf8'))
const { workspaces } = read('package.json') as { workspaces: string[] }
/** Names and versions of all that is depended on. Behind `npm:` stands what a package is really called that has a name of its own here. */
const dependencies = ['package.json', ...workspaces.map((name) => `${name}/package.json`)].flatMap((path) => {
  const { dependencies, devDependencies } = read(path)
  return Object.entries<string>({ ...dependencies, ...devDependencies }).map(([name, version]) => {
    const [, realName, realVersion] = /^npm:(.+)@(.+)$/.exec(version) ?? [version, name, version]
    return { name: realName!, version: realVersion! }
  })
})
const used = new Set(dependencies.map(({ name }) => name))

/** Names in the table's first column: `@scope/*` stands for a scope, `-apis` for the name before it with that ending. */
const documented = readFileSync(`${root}docs/dependencies.md`, 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| package'))
  .flatMap((line) => {
    const names = line
      .split('|')[1]!
      .split(',')
      .map((name) => name.trim())
    return names.map((name) => (name.startsWith('-') ? names[0]! + name : name))
  })
  .filter((name) => !name.startsWith('---'))
const covers = (entry: string, name: string) => (entry.endsWith('/*') ? name.startsWith(entry.slice(0, -1)) : entry === name)

it('says of every dependency why it is there', () => {
  expect([...used].filter((name) => !documented.some((entry) => covers(entry, name)))).toEqual([])
})

it('speaks of no dependency that is not there', () => {
  expect(documented.filter((entry) => ![...used].some((name) => covers(entry, name)))).toEqual([])
})

it('pins every dependency to one version', () => {
  for (const { version } of dependencies) expect(version).toMatch(/^\d/)
})
