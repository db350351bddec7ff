import { createRequire } from 'node:module'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { partitionGroups, type ToGroup } from './partition-groups.ts'

const kafkajsGroups = createRequire(import.meta.url)('kafkajs/src/producer/groupMessagesPerPartition.js')

it('groups as kafkajs does', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(5)), fc.nat(3), (choices, partitions) => {
      const messages = choices.map((choice) => ({ value: null, partition: choice }))
      const given = (): ToGroup => {
        const rest = [...choices]
        return { topic: 't', partitionMetadata: Array(partitions).fill({}), messages, partitioner: () => rest.shift()! }
      }
      expect(partitionGroups(given())).toEqual(kafkajsGroups(given()))
    }),
  )
})
