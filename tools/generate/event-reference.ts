import type { EventDefinition } from '@webwatch/events/definition.ts'
import { BatchContext, envelopeProperties } from '@webwatch/events/envelope.ts'
import type { Example, Step } from '@webwatch/events/example.ts'

/** As much of JSON Schema as the event schemas use. */
interface Schema {
  readonly type?: string
  readonly const?: string
  readonly anyOf?: readonly Schema[]
  readonly description?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly maxLength?: number
}

const code = (text: string) => `\`${text}\``
const row = (...cells: string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`

function kindOf({ type, const: only, anyOf, minimum, maximum, maxLength }: Schema): string {
  if (anyOf) return anyOf.map(kindOf).join(' or ')
  if (only !== undefined) return code(only)
  if (maxLength !== undefined) return `${type}, up to ${maxLength} characters`
  if (minimum !== undefined && maximum !== undefined && maximum < 2 ** 31 - 1) return `${type}, ${minimum} to ${maximum}`
  return minimum === 0 ? `${type}, not negative` : (type ?? 'any')
}

function fieldTable(properties: Readonly<Record<string, unknown>>, required: readonly string[]): string {
  const rows = Object.entries(properties as Record<string, Schema>).map(([name, schema]) =>
    row(code(name), kindOf(schema), `${schema.description ?? ''}${required.includes(name) ? '' : ' Optional.'}`),
  )
  return [row('field', 'type', 'meaning'), row('---', '---', '---'), ...rows].join('\n')
}

function inWords(step: Step): string {
  switch (step.do) {
    case 'click':
    case 'hover':
    case 'focus':
      return `${step.do} ${code(step.on)}`
    case 'type':
      return `type into ${code(step.on)}`
    case 'press':
      return `press ${step.key}`
    case 'move':
      return `move the mouse to ${step.x}, ${step.y}`
    case 'scroll':
      return `scroll by ${step.by} px`
    case 'wait':
      return `wait ${step.ms} ms`
    case 'visit':
      return `go to ${code(step.path)}`
    case 'script':
      return `run ${code(step.code)}`
    case 'leave':
      return 'leave the page'
  }
}

function exampleSection({ title, html, action, expect }: Example): string {
  const events =
    expect.length === 0 ? 'No event follows.' : `${expect.length === 1 ? 'One event follows' : `${expect.length} events follow`}, with:`
  const data = expect.map((one) => JSON.stringify(one)).join('\n')
  const steps = action.map(inWords).join(', then ')
  const page = `\`\`\`html\n${html}\n\`\`\``
  return [`Example: ${title}.`, page, `Do this: ${steps}. ${events}`, ...(expect.length > 0 ? [`\`\`\`json\n${data}\n\`\`\``] : [])].join(
    '\n\n',
  )
}

function typeSection(definition: EventDefinition, examples: readonly Example[]): string {
  const { type, title, description, measurement, data, averages, targetTag, weight } = definition
  const facts = [
    row('type', 'topic', 'topic variable', 'measurement'),
    row('---', '---', '---', '---'),
    row(code(type), code(`webwatch.${type}`), code(`KAFKA_TOPIC_${type.toUpperCase()}`), code(measurement)),
  ].join('\n')
  const means = ['count', ...averages.map((name) => `avg_${name}`)].map(code).join(', ')
  const notes = [
    `Per minute, site and page: ${means}.`,
    ...(targetTag ? ['`target` is a tag.'] : []),
    ...(weight === 'bulk' ? ['First to go when a queue is full.'] : []),
  ].join(' ')
  return [`## ${title}`, description, facts, fieldTable(data.properties, data.required ?? []), notes, ...examples.map(exampleSection)].join(
    '\n\n',
  )
}

/** The reference of all event types, as Markdown. */
export function eventReference(definitions: readonly EventDefinition[], examples: Readonly<Record<string, readonly Example[]>>): string {
  const contents = definitions
    .map(({ title, type }) => `- [${title}](#${title.toLowerCase().replaceAll(' ', '-')}) ${code(type)}`)
    .join('\n')
  return `${[
    '# Events',
    '<!-- Written by `npm run generate` from the schemas and examples in events/. -->',
    'What WebWatch captures. Every event carries the common fields below; what its type adds is in `data`. Values of form fields and text that a visitor types are in none of them.',
    contents,
    '## Common fields',
    fieldTable(envelopeProperties, Object.keys(envelopeProperties)),
    'A batch adds what holds for all its events, as `context`:',
    fieldTable(BatchContext.properties, []),
    ...definitions.map((definition) => typeSection(definition, examples[definition.type] ?? [])),
  ].join('\n\n')}\n`
}
