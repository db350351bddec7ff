import { createRequire } from 'node:module'

const replaced = new Set<string>()

/**
 * Puts a function of ours in the place of what a module of kafkajs exports. kafkajs loads the modules of a request and of its answer when it
 * first makes one: any moment before that is early enough for them.
 * @param path below kafkajs/src
 * @param replace makes ours; it gets kafkajs' own for what ours leaves to it
 */
export function replaceModule<Exported>(path: string, replace: (original: Exported) => Exported): void {
  if (replaced.has(path)) return
  replaced.add(path)
  const require = createRequire(import.meta.url)
  const file = require.resolve(`kafkajs/src/${path}`)
  const original = require(file) as Exported
  require.cache[file]!.exports = replace(original)
}
