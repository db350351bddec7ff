import { randomInt } from 'node:crypto'
import { diceOf } from '@webwatch/collector/faults/dice.ts'
import { strengths, survive } from '@webwatch/collector/faults/scenario.ts'
import { network } from '@webwatch/collector/faults/scenarios/network.ts'
import { processes } from '@webwatch/collector/faults/scenarios/processes.ts'
import { resources } from '@webwatch/collector/faults/scenarios/resources.ts'
import { openStand, type Stand } from '@webwatch/collector/faults/stand.ts'
import { afterAll, afterEach, beforeAll, describe, it } from 'vitest'
import { visitUnderFaults } from './visit-under-faults.ts'

const seed = Number(process.env.WEBWATCH_FAULTS_SEED ?? randomInt(2 ** 31))
const strength = process.env.WEBWATCH_FAULTS_LONG === '1' ? strengths.long : strengths.short
let stand: Stand
let hasFailed = false

beforeAll(async () => {
  console.info(`seed ${seed}: again with "npm run test:faults -- --seed ${seed}"`)
  stand = await openStand(seed)
})
afterAll(() => stand?.close(hasFailed))
afterEach(({ task }) => {
  if (task.result?.state === 'fail') hasFailed = true
})

describe('every accepted event is stored once, after', () => {
  // Each by dice of its own: a scenario that is run alone has the faults that it had among the others.
  it.each([...processes, ...network, ...resources].map((scenario) => [scenario.name, scenario] as const))('%s', (name, scenario) =>
    survive(scenario, stand, diceOf(seed, name), strength),
  )

  it('a visit in Chromium with the extension, while everything goes wrong', () => visitUnderFaults(stand, diceOf(seed, 'a visit')))
})
