import { eventTypes } from '@webwatch/events'
import { expect, it } from 'vitest'
import type { Schema } from '../testing/schema-arbitrary.ts'
import { BatchHead, eventSchema } from './validation.ts'

/** Places in a schema where a value could be as long, as deep or as many as its sender likes. */
function unbounded(schema: Schema & { additionalProperties?: unknown }, path: string): string[] {
  const { type, anyOf, oneOf, items, properties, additionalProperties } = schema
  if ('const' in schema || schema.enum) return []
  const choices = anyOf ?? oneOf
  if (choices) return choices.flatMap((choice) => unbounded(choice, path))
  if (type === 'string') return schema.maxLength === undefined && !schema.pattern?.endsWith('{12}$') ? [path] : []
  if (type === 'number' || type === 'integer' || type === 'boolean' || type === 'null') return []
  if (type === 'array') return schema.maxItems === undefined ? [path] : unbounded(items ?? {}, `${path}/*`)
  if (type !== 'object') return [path]
  const own = additionalProperties === false ? [] : [`${path}/…`]
  return [...own, ...Object.entries(properties ?? {}).flatMap(([name, part]) => unbounded(part, `${path}/${name}`))]
}

it.each(eventTypes.map((definition) => [definition.type, definition] as const))(
  'every value of %s has a bound, and so has their number',
  (_type, definition) => {
    expect(unbounded(eventSchema(definition) as Schema, '')).toEqual([])
  },
)

it('every value of a batch has a bound; its events are checked by their types, and what else it says is not kept', () => {
  expect(unbounded(BatchHead as unknown as Schema, '')).toEqual(['/…', '/events/*'])
})
