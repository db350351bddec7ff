import type { OffsetsByTopicPartition } from 'kafkajs'

interface Entry {
  /** The offset behind the batch. */
  next: string
  done: boolean
}

interface Place {
  topic: string
  partition: number
  /** Batches that were begun and are not all done, in order. */
  entries: Entry[]
  /** Everything ahead of it is done. */
  reached?: string
  committed?: string
}

/** Which offsets may be committed when batches of a partition are worked on at the same time: those with nothing unfinished ahead of them. */
export class Progress {
  readonly #places = new Map<string, Place>()

  /**
   * Notes a batch that follows the one noted before.
   * @param next the offset behind it
   * @returns to be called once it is done
   */
  begin(topic: string, partition: number, next: string): () => void {
    const place = this.#placeOf(topic, partition)
    const entry: Entry = { next, done: false }
    place.entries.push(entry)
    return () => {
      entry.done = true
      while (place.entries[0]?.done) place.reached = place.entries.shift()!.next
    }
  }

  /** What was reached and not yet committed. */
  uncommitted(): OffsetsByTopicPartition {
    const open = [...this.#places.values()].filter(({ reached, committed }) => reached !== undefined && reached !== committed)
    return { topics: open.map(({ topic, partition, reached }) => ({ topic, partitions: [{ partition, offset: reached! }] })) }
  }

  committed({ topics }: OffsetsByTopicPartition): void {
    for (const { topic, partitions } of topics)
      for (const { partition, offset } of partitions) this.#placeOf(topic, partition).committed = offset
  }

  /** Forgets everything: partitions are given out anew, and what is not committed is read again, here or elsewhere. */
  forget(): void {
    this.#places.clear()
  }

  #placeOf(topic: string, partition: number): Place {
    const name = `${topic}/${partition}`
    let place = this.#places.get(name)
    if (!place) {
      place = { topic, partition, entries: [] }
      this.#places.set(name, place)
    }
    return place
  }
}
