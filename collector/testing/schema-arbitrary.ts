import fc, { type Arbitrary } from 'fast-check'

/** The part of JSON Schema that our descriptions use. */
export interface Schema {
  $ref?: string
  const?: unknown
  enum?: unknown[]
  anyOf?: Schema[]
  oneOf?: Schema[]
  type?: string | string[]
  pattern?: string
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
  items?: Schema
  minItems?: number
  maxItems?: number
  properties?: Record<string, Schema>
  required?: string[]
  patternProperties?: Record<string, Schema>
}

/** How values are made. */
export interface Options {
  /** Any text of so many UTF-16 units. */
  text(minLength: number, maxLength: number): Arbitrary<string>
  /** What a `$ref` stands for. */
  resolve?(reference: string): Schema
  /** Most entries of a list, whatever the schema allows. */
  maxItems?: number
}

const LONGEST = 4_096
const HUGE = 1e15

function numberOf({ minimum, maximum }: Schema): Arbitrary<number> {
  return fc.double({ min: minimum ?? -HUGE, max: maximum ?? HUGE, noNaN: true }).map((value) => (Object.is(value, -0) ? 0 : value))
}

const integerOf = ({ minimum = -HUGE, maximum = HUGE }: Schema): Arbitrary<number> =>
  fc.maxSafeInteger().map((value) => minimum + (Math.abs(value) % (Math.min(maximum, Number.MAX_SAFE_INTEGER) - minimum + 1)))

function objectOf({ properties = {}, required = [] }: Schema, options: Options): Arbitrary<Record<string, unknown>> {
  const parts = Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, arbitraryOf(schema, options)]))
  return fc.record(parts, { requiredKeys: required.filter((name) => name in parts) })
}

/** Names are a few characters of anything: patterns of ours only bound their length. */
const dictionaryOf = ({ patternProperties }: Schema, options: Options): Arbitrary<Record<string, unknown>> =>
  fc.dictionary(options.text(1, 64), fc.oneof(...Object.values(patternProperties!).map((schema) => arbitraryOf(schema, options))), {
    maxKeys: 4,
  })

/** The one of several types that is meant, with a fair share for `null`. */
const single = (schema: Schema, options: Options, types: string[]): Arbitrary<unknown> =>
  fc.oneof(...types.map((type) => arbitraryOf({ ...schema, type }, options)))

/** Values that a JSON Schema allows: https://json-schema.org/draft/2020-12/json-schema-validation */
export function arbitraryOf(schema: Schema, options: Options): Arbitrary<unknown> {
  const { $ref, type, minLength = 0, maxLength = LONGEST } = schema
  if ($ref !== undefined) return arbitraryOf(options.resolve!($ref), options)
  if ('const' in schema) return fc.constant(schema.const)
  if (schema.enum) return fc.constantFrom(...schema.enum)
  const choices = schema.anyOf ?? schema.oneOf
  if (choices) return fc.oneof(...choices.map((choice) => arbitraryOf(choice, options)))
  if (Array.isArray(type)) return single(schema, options, type)
  if (schema.pattern !== undefined && minLength === 0) return fc.stringMatching(new RegExp(schema.pattern))
  if (type === 'string') return options.text(minLength, maxLength)
  if (type === 'integer') return integerOf(schema)
  if (type === 'number') return numberOf(schema)
  if (type === 'boolean') return fc.boolean()
  if (type === 'null') return fc.constant(null)
  if (type === 'array') {
    const { items = {}, minItems = 0, maxItems = 10 } = schema
    return fc.array(arbitraryOf(items, options), { minLength: minItems, maxLength: Math.min(maxItems, options.maxItems ?? 10) })
  }
  if (schema.patternProperties) return dictionaryOf(schema, options)
  if (type === 'object' || schema.properties) return objectOf(schema, options)
  return fc.jsonValue({ maxDepth: 2 })
}
