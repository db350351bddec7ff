/** The entries of a text, one a line, without empty ones. */
export const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)

/** The first line that the browser does not take for a CSS selector; undefined when all are. */
export function wrongSelector(lines: readonly string[]): string | undefined {
  return lines.find((line) => {
    try {
      document.createElement('i').matches(line)
      return false
    } catch (_noSelector) {
      return true
    }
  })
}
