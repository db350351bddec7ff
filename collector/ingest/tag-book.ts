import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { open } from 'lmdb'
import { BusUnavailable } from '../errors.ts'
import { commitFailure } from '../lmdb.ts'
import type { Accepted, BoundedTag } from '../record.ts'
import { type TagValue, tagLimits } from './tag-limits.ts'

/**
 * Which values of tags have been admitted, for good. A tag is part of what makes a point the same point, so it must not be decided anew
 * whenever a record is read: the decision is made once, here, and travels with the record.
 */
export interface TagBook {
  /** Marks the tags of events that become `(other)`. Resolves once what was decided for them is on disk. */
  mark(accepted: readonly Accepted[]): Promise<void>
  close(): Promise<void>
}

/**
 * Opens the book of a collector that takes events. Processes that open one directory share it: each learns what the others have admitted, and a
 * value gets its place in the same transaction in which the place is found to be free.
 * @param told of each tag of an event that became `(other)`, and of each value that is known or becomes known
 */
export async function openTagBook(
  directory: string,
  { overflowed, admitted }: { overflowed(tag: BoundedTag): void; admitted(tag: BoundedTag): void },
  limits?: Readonly<Record<BoundedTag, number>>,
): Promise<TagBook> {
  await mkdir(directory, { recursive: true })
  const store = open<TagValue, number>({
    path: join(directory, 'tags.mdb'),
    keyEncoding: 'uint32',
    overlappingSync: false,
    compression: false,
  })
  const known = tagLimits(limits)
  /** The last value that was read or written here. */
  let seen = 0
  function readOn(): void {
    for (const { key, value } of store.getRange({ start: seen + 1 })) {
      if (known.learn(value)) admitted(value.tag)
      seen = key
    }
  }
  readOn()
  /** Values that are on their way to the disk, and the last of them: they arrive in order. */
  let unwritten: TagValue[] = []
  let written: Promise<unknown> | undefined
  const learned = (value: TagValue): void => {
    unwritten.push(value)
    admitted(value.tag)
  }

  /** Values of other processes may lie behind the last one that is known. */
  function put(values: readonly TagValue[]): void {
    readOn()
    for (const value of values) store.putSync(++seen, value)
  }

  function write(): Promise<unknown> {
    const values = unwritten
    unwritten = []
    const lastSeen = seen
    const all = Promise.all([written, store.transaction(() => put(values))])
      .catch((error) => {
        seen = lastSeen
        // They are admitted already, so the next batch has to wait for them too.
        unwritten = [...values, ...unwritten]
        throw error
      })
      .finally(() => {
        if (written === all) written = undefined
      })
    return all
  }

  return {
    async mark(accepted) {
      readOn()
      for (const one of accepted) {
        const overflow = known.overflowOf(one, learned)
        if (overflow.length === 0) continue
        one.overflow = overflow
        for (const tag of overflow) overflowed(tag)
      }
      if (unwritten.length > 0) written = write()
      await written?.catch(async (error: Error) => {
        throw new BusUnavailable(`the tag book cannot be written: ${await commitFailure(error)}`)
      })
    },
    close: () => store.close(),
  }
}
