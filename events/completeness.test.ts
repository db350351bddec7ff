import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Check } from 'typebox/value'
import { describe, expect, it } from 'vitest'
import { captures } from './generated/captures.ts'
import { examples } from './generated/examples.ts'
import { metricsOfTypes } from './generated/metrics.ts'
import { eventTypes } from './index.ts'

const here = fileURLToPath(new URL('.', import.meta.url))
const folders = readdirSync(here, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && existsSync(`${here}${entry.name}/schema.ts`))
  .map(({ name }) => name)

it('lists every folder of events/ in index.ts, and nothing else', () => {
  expect(eventTypes.map(({ type }) => type).sort()).toEqual(folders.sort())
})

it('captures, illustrates and counts every type', () => {
  expect(Object.keys(captures)).toEqual(eventTypes.map(({ type }) => type))
  expect(Object.keys(metricsOfTypes)).toEqual(eventTypes.map(({ type }) => type))
  expect(Object.keys(examples)).toEqual(eventTypes.map(({ type }) => type))
})

it('gives every type a measurement of its own', () => {
  expect(new Set(eventTypes.map(({ measurement }) => measurement)).size).toBe(eventTypes.length)
})

describe.each(eventTypes.map((definition) => [definition.type, definition] as const))('%s', (type, definition) => {
  it.each(['schema.ts', 'capture.ts', 'examples.ts', 'metrics.ts'])('has %s', (file) =>
    expect(existsSync(`${here}${type}/${file}`)).toBe(true),
  )

  it('says what it means, and what each field means', () => {
    expect(definition.description.length).toBeGreaterThan(40)
    for (const property of Object.values(definition.data.properties)) expect(property).toHaveProperty('description')
  })

  it('knows no field but its own, and bounds every text', () => {
    expect(definition.data).toHaveProperty('additionalProperties', false)
    for (const property of Object.values(definition.data.properties)) {
      if ('type' in property && property.type === 'string') expect(property).toHaveProperty('maxLength')
    }
  })

  it('has no field that is called like a tag, but for the target', () => {
    const tags = ['site', 'url', 'data_type', 'device', 'browser', 'country', 'source']
    expect(Object.keys(definition.data.properties).filter((name) => tags.includes(name))).toEqual([])
  })

  it('has a schema that depends on nothing but the schema library', () => {
    const imports = [...readFileSync(`${here}${type}/schema.ts`, 'utf8').matchAll(/^import (?!type).* from '(.*)'/gm)].map(
      ([, from]) => from,
    )
    expect(imports).toEqual(['typebox'])
  })

  it('answers a question', () => {
    expect(metricsOfTypes[type]!.length).toBeGreaterThan(0)
    for (const { description } of metricsOfTypes[type]!) expect(description.length).toBeGreaterThan(40)
  })

  it('expects in its examples nothing that its contract does not know', () => {
    expect(examples[type]!.length).toBeGreaterThan(0)
    for (const { expect: events } of examples[type]!) {
      for (const data of events) {
        for (const [name, value] of Object.entries(data)) {
          expect(Check(definition.data.properties[name as never], value), `${name} of ${type}`).toBe(true)
        }
      }
    }
  })
})
