const fill = crypto.getRandomValues.bind(crypto)

const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0').slice(-digits)

/** A UUIDv7 of its parts (RFC 9562, section 5.7): ms since the epoch, 12 bits, and the rest as it is written. */
const compose = (time: number, counter: number, tail: string) =>
  `${hex(Math.floor(time / 0x1_0000), 8)}-${hex(time % 0x1_0000, 4)}-7${hex(counter, 3)}-${tail}`

/**
 * A UUIDv7: 48 bits of time, then random. Needs no secure context, unlike crypto.randomUUID.
 * @param time ms since the epoch
 */
export function uuidv7(time: number): string {
  const [counter, variant, ...node] = fill(new Uint16Array(5))
  return compose(time, counter!, `${hex(0x8000 | (variant! & 0x3fff), 4)}-${node.map((word) => hex(word, 4)).join('')}`)
}

/**
 * The id of an event: a UUIDv7 too, with a counter in the place of new random bits (RFC 9562, section 6.2, method 1), which it shares with
 * all of its page view. Random bits are slow to get, and most of what a batch weighs, since nothing makes them smaller.
 * @param page id of the page view
 * @param seq number of the event in it
 * @param time ms since the epoch
 */
export const eventId = (page: string, seq: number, time: number): string => compose(time, seq, page.slice(19))
