import { afterAll, inject } from 'vitest'
import { endTasks } from './influx-tasks.ts'
import { buckets } from './kafka-pipeline.ts'

// Loaded before each file of integration tests, so that this comes after all that the file itself does at its end.
afterAll(async () => {
  const { influxUrl: url, influxToken: token, influxOrganisation: organisation } = inject('stack')
  for (const bucket of buckets) await endTasks({ url, token, organisation, bucket })
})
