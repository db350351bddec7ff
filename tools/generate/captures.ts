/** A name in lowerCamelCase for an event type: `form_submission` becomes `formSubmission`. */
export const identifier = (type: string) => type.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())

/**
 * The source of the list of captures, in the order of the event types. It is a list of its own because a page's
 * script must hold the captures and must not hold the schemas.
 */
export function capturesSource(types: readonly string[]): string {
  const imports = types.map((type) => `import { capture as ${identifier(type)} } from '../${type}/capture.ts'`)
  const entries = types.map((type) => `  ${type}: ${identifier(type)},`)
  return `// Written by \`npm run generate\` from events/index.ts.
${imports.join('\n')}

/** How a page produces each event type. */
export const captures = {
${entries.join('\n')}
} as const
`
}

/** The source of the list of examples, in the order of the event types. */
export function examplesSource(types: readonly string[]): string {
  const imports = types.map((type) => `import { examples as ${identifier(type)} } from '../${type}/examples.ts'`)
  const entries = types.map((type) => `  ${type}: ${identifier(type)},`)
  return `// Written by \`npm run generate\` from events/index.ts.
import type { Example } from '../example.ts'
${imports.join('\n')}

/** What a visitor does, and the events that follow, by event type. */
export const examples: Record<string, readonly Example[]> = {
${entries.join('\n')}
}
`
}

/** The source of the list of metrics, in the order of the event types. It is a list of its own because a page's script must not hold them. */
export function metricsSource(types: readonly string[]): string {
  const imports = types.map((type) => `import { metrics as ${identifier(type)} } from '../${type}/metrics.ts'`)
  const entries = types.map((type) => `  ${type}: ${identifier(type)},`)
  return `// Written by \`npm run generate\` from events/index.ts.
import type { Metric } from '../metric.ts'
${imports.join('\n')}

/** The questions that the data of each event type answers. */
export const metricsOfTypes: Record<string, readonly Metric[]> = {
${entries.join('\n')}
}
`
}
