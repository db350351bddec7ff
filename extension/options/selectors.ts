import { LONGEST_NAME, MOST_NAMES } from '../limits.ts'

/** The entries of a text, one a line, without empty ones. */
export const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)

/** What is wrong with a list of names; undefined when it can be kept. */
export function wrongList(lines: readonly string[]): string | undefined {
  if (lines.length > MOST_NAMES) return `These are ${lines.length} lines. At most ${MOST_NAMES} are kept.`
  const long = lines.find(({ length }) => length > LONGEST_NAME)
  return long && `"${long.slice(0, 40)}…" is longer than ${LONGEST_NAME} characters.`
}

/**
 * Whether a line is a CSS selector from its beginning to its end. At the end of a text a browser itself closes what is open:
 * `[data-x` is a selector alone, and spoils all those that come after it in one list.
 */
function isSelector(line: string): boolean {
  try {
    document.createElement('i').matches(line)
  } catch (_noSelector) {
    return false
  }
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(`${line}{}i{}`)
  return sheet.cssRules.length === 2
}

/** What is wrong with a list of CSS selectors; undefined when it can be kept. */
export function wrongSelectors(lines: readonly string[]): string | undefined {
  const wrong = lines.find((line) => !isSelector(line))
  return wrong === undefined ? wrongList(lines) : `"${wrong}" is no CSS selector.`
}
