/** Puts steps behind the last statement of a script. */
export const append = (flux: string, ...steps: string[]): string => `${flux.trimEnd()}${steps.map((step) => `\n  |> ${step}`).join('')}\n`

/** A script in its parts: packages are named before everything else. */
export function partsOf(script: string): { imports: string[]; body: string[] } {
  const lines = script.trimEnd().split('\n')
  const isImport = (line: string) => line.startsWith('import ')
  return { imports: lines.filter(isImport), body: lines.filter((line) => !isImport(line)) }
}

/** Puts words in front of the last statement of a script, which is its result. */
export function withResult(body: readonly string[], words: string): string[] {
  const result = body.findLastIndex((line) => !/^[ })]/.test(line))
  return body.map((line, index) => (index === result ? words + line : line))
}

/** Makes the result of one script a variable of another. */
export function joined(first: string, name: string, second: string): string {
  const before = partsOf(first.replace(/\bt(\d+)\b/g, 's$1'))
  const after = partsOf(second)
  return `${[...new Set([...before.imports, ...after.imports]), ...withResult(before.body, `${name} = `), ...after.body].join('\n')}\n`
}

/** Rows become one number, which is 0 where there are no rows. */
export function withZero(flux: string): string {
  const { imports, body } = partsOf(flux)
  return `${[
    ...new Set(['import "array"', ...imports]),
    ...withResult(body, 'found = '),
    'union(tables: [found |> group() |> keep(columns: ["_value"]), array.from(rows: [{_value: 0.0}])])',
    '  |> sum()',
  ].join('\n')}\n`
}
