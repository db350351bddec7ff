import { duckDbSink } from '../sink/duckdb.ts'
import { storedRecord } from './stored-record.ts'

/**
 * A program that stores new events until it is killed, in the directory of its first argument, with so many rows a turn as the second one says,
 * and prints the ids of each write once it is acknowledged.
 */
const [directory, turnRows] = process.argv.slice(2)
const sink = await duckDbSink(directory!, { turnRows: Number(turnRows) })

async function writeOn(): Promise<void> {
  for (;;) {
    const records = Array.from({ length: 50 }, (_, seq) => storedRecord({ seq }))
    await sink.write(records)
    process.stdout.write(`${records.map(({ id }) => id).join(' ')}\n`)
  }
}
await Promise.all([writeOn(), writeOn(), writeOn(), writeOn()])
