import { expect, it } from 'vitest'
import { readConfig } from '../config.ts'
import { batchOf, clickEvent } from '../testing/batch.ts'
import { examine } from './intake.ts'
import { keyring } from './keys.ts'

it('a site is one site in every spelling that its key may write', () => {
  const { guardOf } = keyring(readConfig({ WRITE_KEYS: 'shop.example:key' }).keys, false)
  const events = ['shop.example', 'ShOp.example', 'SHOP.EXAMPLE'].map((site) => clickEvent({ site }))
  const { accepted, rejected } = examine(batchOf(events), { key: 'key', userAgent: undefined }, guardOf, Date.now())
  expect(rejected).toEqual([])
  expect(accepted.map(({ event }) => event.site)).toEqual(Array(3).fill('shop.example'))
})
