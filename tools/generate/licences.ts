/** A package as package-lock.json knows it: https://docs.npmjs.com/cli/configuring-npm/package-lock-json */
interface Locked {
  version?: string
  license?: string
  link?: boolean
  resolved?: string
  dependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
  peerDependencies?: Record<string, string>
  peerDependenciesMeta?: Record<string, { optional?: boolean }>
}

/** The part of a lock file that is read. */
export interface LockFile {
  packages: Record<string, Locked>
}

/** A package that is part of what we ship. */
export interface Shipped {
  name: string
  version: string
  licence: string
}

const FOLDER = 'node_modules/'
const nameOf = (path: string): string => path.slice(path.lastIndexOf(FOLDER) + FOLDER.length)

/** Where a package finds another: in its own folder, or in that of one around it. */
function resolve(lock: LockFile, from: string, name: string): string | undefined {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf(`/${FOLDER}`)))) {
    const path = at ? `${at}/${FOLDER}${name}` : FOLDER + name
    if (lock.packages[path]) return path
    if (!at) return undefined
  }
}

const needs = ({ dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta = {} }: Locked): string[] => [
  ...Object.keys({ ...dependencies, ...optionalDependencies }),
  ...Object.keys(peerDependencies ?? {}).filter((name) => !peerDependenciesMeta[name]?.optional),
]

/**
 * All packages that come with some workspaces: their dependencies, and those of these, whatever the platform.
 * @throws when the lock file does not hold one
 */
export function shippedWith(lock: LockFile, workspaces: readonly string[]): Shipped[] {
  const seen = new Set<string>()
  const waiting: [from: string, name: string, isOptional: boolean][] = workspaces.flatMap((workspace) =>
    Object.keys(lock.packages[workspace]?.dependencies ?? {}).map((name): [string, string, boolean] => [workspace, name, false]),
  )
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const [from, name, isOptional] = next
    const path = resolve(lock, from, name)
    if (path === undefined && isOptional) continue
    if (path === undefined) throw new Error(`package-lock.json has no ${name} for ${from}`)
    const locked = lock.packages[path]!
    if (seen.has(path) || locked.link) continue
    seen.add(path)
    const optional = locked.optionalDependencies ?? {}
    for (const needed of needs(locked)) waiting.push([path, needed, needed in optional || needed in (locked.peerDependencies ?? {})])
  }
  const shipped = [...seen].map((path) => ({
    name: nameOf(path),
    version: lock.packages[path]!.version ?? '',
    licence: lock.packages[path]!.license ?? 'none stated',
  }))
  // One version may lie in several folders; types are for the compiler alone.
  const once = new Map(shipped.filter(({ name }) => !name.startsWith('@types/')).map((one) => [`${one.name}@${one.version}`, one]))
  return [...once].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one)
}

/** What each workspace becomes when it is shipped. */
export const products = [
  { title: 'Extension', workspaces: ['extension', 'tracker', 'events'] },
  { title: 'Script-tag tracker', workspaces: ['tracker', 'events'] },
  { title: 'Collector', workspaces: ['collector', 'metrics', 'events'] },
] as const

const table = (shipped: readonly Shipped[]): string => {
  const rows = shipped.map(({ name, version, licence }) => `| ${name} | ${version} | ${licence} |`)
  return ['| package | version | licence |', '| ------- | ------- | ------- |', ...rows].join('\n')
}

/** The text of docs/licences.md. */
export function licencesPage(lock: LockFile): string {
  const parts = products.map(({ title, workspaces }) => {
    const shipped = shippedWith(lock, workspaces)
    return `## ${title}\n\n${shipped.length > 0 ? table(shipped) : 'Nothing of others.'}`
  })
  return `# Licences of what we ship\n\nMade by \`npm run generate\` from package-lock.json. WebWatch itself is under the MIT licence.\n\n${parts.join('\n\n')}\n`
}
