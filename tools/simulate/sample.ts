import type { Random } from './random.ts'

/** As much of JSON Schema as the event schemas use. */
interface Schema {
  readonly type?: string
  readonly const?: unknown
  readonly anyOf?: readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly minimum?: number
  readonly maximum?: number
  readonly minLength?: number
  readonly maxLength?: number
}

const SOME_NUMBER = 1_000

/** A value that fulfils a schema, for event types of which the simulated visitors know nothing more. */
export function sample(random: Random, schema: Schema): unknown {
  if (schema.anyOf) return sample(random, random.pick(schema.anyOf))
  if (schema.const !== undefined) return schema.const
  const low = schema.minimum ?? 0
  const high = Math.min(schema.maximum ?? low + SOME_NUMBER, low + SOME_NUMBER)
  switch (schema.type) {
    case 'integer':
      return random.integer(Math.ceil(low), Math.floor(high))
    case 'number':
      return random.between(low, high)
    case 'boolean':
      return random.chance(0.5)
    case 'string':
      return `${random.pick(['alpha', 'beta', 'gamma'])}-${random.integer(1, 9)}`
        .slice(0, schema.maxLength)
        .padEnd(schema.minLength ?? 0, '-')
    default: {
      const required = Object.entries(schema.properties ?? {}).filter(([name]) => schema.required?.includes(name))
      return Object.fromEntries(required.map(([name, property]) => [name, sample(random, property)]))
    }
  }
}
