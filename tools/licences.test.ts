import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { type LockFile, products, shippedWith } from './generate/licences.ts'

const read = (path: string) => JSON.parse(readFileSync(new URL(`../${path}`, import.meta.url), 'utf8'))
const lock = read('package-lock.json') as LockFile

/** Licences that let us ship under MIT as long as we name them. MPL-2.0 binds the files that are under it, and no other. */
const allowed = new Set([
  'MIT',
  'ISC',
  '0BSD',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'Unlicense',
  'MPL-2.0',
  'CC-BY-4.0',
])
/** `(MIT OR GPL-2.0)` lets us choose, `MIT AND ISC` does not; some name their licence behind the file that holds it. */
const isAllowed = (licence: string): boolean => {
  const plain = licence
    .replace(/^SEE LICENSE IN \S+/, '')
    .replaceAll(/[()]/g, '')
    .trim()
  if (plain.includes(' OR ')) return plain.split(' OR ').some(isAllowed)
  return plain.split(' AND ').every((one) => allowed.has(one))
}

it.each(products.map(({ title, workspaces }) => [title, workspaces] as const))(
  '%s ships only what its licence allows',
  (_title, workspaces) => {
    expect(shippedWith(lock, workspaces).filter(({ licence }) => !isAllowed(licence))).toEqual([])
  },
)

it('finds what is deep in the tree, in whichever folder it lies', () => {
  const packages = {
    app: { dependencies: { a: '1', b: '1' } },
    'node_modules/a': { version: '1.0.0', license: 'MIT', dependencies: { c: '1' }, optionalDependencies: { gone: '1' } },
    'node_modules/b': { version: '1.0.0', license: 'GPL-3.0', peerDependencies: { c: '2' } },
    'node_modules/c': { version: '2.0.0', license: '(MIT OR GPL-2.0)' },
    'node_modules/a/node_modules/c': { version: '1.0.0', license: 'ISC' },
    'node_modules/unused': { version: '1.0.0', license: 'MIT' },
  }
  const found = shippedWith({ packages }, ['app'])
  expect(found.map(({ name, version }) => `${name}@${version}`)).toEqual(['a@1.0.0', 'b@1.0.0', 'c@1.0.0', 'c@2.0.0'])
  expect(found.map(({ licence }) => isAllowed(licence))).toEqual([true, false, true, true])
  expect(['SEE LICENSE IN DATA (CC-BY-4.0)', 'SEE LICENSE IN EULA', 'MIT AND GPL-3.0', 'none stated'].map(isAllowed)).toEqual([
    true,
    false,
    false,
    false,
  ])
})

it('pins every package of the lock file to one tarball of the registry, by its hash', () => {
  const own = new Set(['', ...(read('package.json') as { workspaces: string[] }).workspaces])
  for (const [path, locked] of Object.entries(
    lock.packages as Record<string, { link?: boolean; resolved?: string; integrity?: string; inBundle?: boolean }>,
  )) {
    if (own.has(path) || locked.link || locked.inBundle) continue
    // Without an address it is the registry's; what comes from elsewhere would name a repository.
    expect(locked.resolved ?? 'https://-/-.tgz', path).toMatch(/^https:\/\/[^#]+\.tgz$/)
    expect(locked.integrity, path).toMatch(/^sha512-/)
  }
})

it('pins the images of the containers', () => {
  const images = [...readFileSync(new URL('../deploy/compose.yaml', import.meta.url), 'utf8').matchAll(/^\s*image: (.+)$/gm)]
  expect(images.length).toBeGreaterThan(0)
  for (const [, image] of images) expect(image).toMatch(/:\d+\.\d+\.\d+/)
})
