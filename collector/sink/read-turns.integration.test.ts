import { pino } from 'pino'
import { afterAll, expect, inject, it } from 'vitest'
import { pipelineEnv } from '../testing/kafka-pipeline.ts'
import { influxSink } from './influxdb.ts'

const { influxUrl, influxToken, influxOrganisation } = inject('stack')
const { INFLUX_BUCKET } = pipelineEnv(inject('stack'))
const sink = influxSink(
  { url: influxUrl, token: influxToken, organisation: influxOrganisation, bucket: INFLUX_BUCKET! },
  pino({ level: 'silent' }),
)
afterAll(() => sink.close())

const query = 'import "array"\narray.from(rows: [{one: 1}])'

it('asks InfluxDB ten queries at once, has a hundred wait and refuses the others', async () => {
  const answers = await Promise.allSettled(Array.from({ length: 125 }, () => sink.rows(query)))
  const refusals = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason] : []))
  expect(refusals).toHaveLength(15)
  for (const reason of refusals) expect(reason).toMatchObject({ code: 'too_many_queries', status: 429, retryAfter: 3 })
  for (const answer of answers) if (answer.status === 'fulfilled') expect(answer.value).toMatchObject([{ one: 1 }])
  expect(await sink.rows(query)).toMatchObject([{ one: 1 }])
})

it('takes a query whose client has left out of the queue', async () => {
  const leave = new AbortController()
  const asked = Promise.allSettled(Array.from({ length: 110 }, (_, index) => sink.rows(query, index < 20 ? undefined : leave.signal)))
  leave.abort()
  const gone = (await asked).flatMap((answer) => (answer.status === 'rejected' ? [answer.reason.code] : []))
  expect(gone).toEqual(Array.from({ length: 90 }, () => 'client_gone'))
  expect(await sink.rows(query)).toMatchObject([{ one: 1 }])
})
