import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { createTelemetry } from './telemetry.ts'

const page = readFileSync(new URL('../docs/operations.md', import.meta.url), 'utf8')

it('docs/operations.md says of every figure of ours what to do about it, and speaks of no other', async () => {
  const known = (await createTelemetry().registry.getMetricsAsJSON()).map(({ name }) => name)
  const rows = page.split('\n').filter((line) => line.startsWith('| `'))
  const told = rows
    .flatMap((row) => [...row.split('|')[1]!.matchAll(/`(\w+_\w+)`/g)].map(([, name]) => name!))
    .filter((name) => /^(webwatch|process|nodejs)_/.test(name))
  // The ledger is read from the store, so its figure joins when there is one.
  const all = [...known, 'webwatch_ledger_events']
  expect(told.filter((name) => !all.includes(name))).toEqual([])
  expect(all.filter((name) => name.startsWith('webwatch_') && !told.includes(name))).toEqual([])
})
