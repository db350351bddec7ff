import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

const guide = await readFile(fileURLToPath(new URL('../../docs/script-tag.md', import.meta.url)), 'utf8')

/** The first block of code in a language under a heading of the documentation. @param heading the top one when left out */
export function example(language: string, heading = 'The script tag'): string {
  const section = guide.slice(guide.search(new RegExp(`^#+ ${heading}$`, 'm')))
  const block = new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(section)
  if (!block) throw new Error(`The guide has no ${language} under "${heading}".`)
  return block[1]!
}

/** The stub that holds a page's calls until the tracker is there, as the documentation gives it. */
export const stub: string = /<script>\s*(window\.webwatch[\s\S]*?)<\/script>/.exec(guide)![1]!
