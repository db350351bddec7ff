import { gzipSync } from 'node:zlib'
import type { EventRecord } from '@webwatch/collector/record.ts'
import { lineOf } from '@webwatch/collector/sink/line-protocol.ts'
import { Lines } from '@webwatch/collector/sink/lines.ts'
import { addPlainRecord } from '@webwatch/collector/sink/plain-record.ts'
import { median } from '../figure.ts'
import { sampleLines, sampleValues } from './records.ts'

const RECORDS = 5_000
const WARM_UP = 10
const REPEATS = 15

/** CPU µs of this process for each record, without the work of anybody else. */
function cpuOf(work: () => unknown): number {
  for (let index = 0; index < WARM_UP; index++) work()
  const taken = Array.from({ length: REPEATS }, () => {
    const before = process.cpuUsage()
    work()
    const { user, system } = process.cpuUsage(before)
    return (user + system) / RECORDS
  })
  return median(taken)
}

/** What the steps of a sink cost alone: the least that any arrangement of them can take. */
export async function recordFloors(): Promise<Record<'parse' | 'ordinary' | 'line' | 'gzip0' | 'gzip1', number>> {
  const values = sampleValues(RECORDS)
  const lines = sampleLines(RECORDS)
  const bytes = values.reduce((sum, { length }) => sum + length, 0)
  return {
    parse: cpuOf(() => {
      for (const value of values) JSON.parse(value.toString('utf8'))
    }),
    ordinary: cpuOf(() => {
      const made = new Lines(bytes)
      for (const value of values) made.add(lineOf(JSON.parse(value.toString('utf8')) as EventRecord))
    }),
    line: cpuOf(() => {
      const made = new Lines(bytes)
      for (const value of values) addPlainRecord(value, made)
    }),
    gzip0: cpuOf(() => gzipSync(lines, { level: 0, chunkSize: lines.length + 16_384 })),
    gzip1: cpuOf(() => gzipSync(lines, { level: 1, chunkSize: lines.length })),
  }
}
