import { afterAll, inject } from 'vitest'
import { buckets } from './kafka-pipeline.ts'

// Loaded before each file of integration tests, so that this comes after all that the file itself does at its end.
afterAll(async () => {
  if (buckets.length === 0) return
  const { endTasks } = await import('./influx-tasks.ts')
  const { influxUrl: url, influxToken: token, influxOrganisation: organisation } = inject('stack')
  for (const bucket of buckets) await endTasks({ url, token, organisation, bucket })
})
