import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

const guide = await readFile(fileURLToPath(new URL('../../docs/script-tag.md', import.meta.url)), 'utf8')

/** The stub that holds a page's calls until the tracker is there, as the documentation gives it. */
export const stub: string = /<script>\s*(window\.webwatch[\s\S]*?)<\/script>/.exec(guide)![1]!
