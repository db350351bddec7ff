const fill = crypto.getRandomValues.bind(crypto)

const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0')

/** A UUIDv7 of its parts (RFC 9562, section 5.7): ms since the epoch, 12 bits, and the rest as it is written. */
const compose = (time: number, counter: string, tail: string) => `${hex(time, 12).replace(/.{8}/, '$&-')}-7${counter}-${tail}`

/**
 * A UUIDv7: 48 bits of time, then 72 that are random. Needs no secure context, unlike crypto.randomUUID.
 * @param time ms since the epoch
 */
export const uuidv7 = (time: number): string => {
  const random = fill(new Uint32Array(3)).reduce((digits, value) => digits + hex(value, 8), '')
  return compose(time, random.slice(0, 3), `8${random.slice(3, 6)}-${random.slice(6, 18)}`)
}

/**
 * The id of an event: a UUIDv7 too, with a counter in the place of new random bits (RFC 9562, section 6.2, method 1), which it shares with
 * all of its page view. Random bits are slow to get, and most of what a batch weighs, since nothing makes them smaller.
 * @param page id of the page view
 * @param seq number of the event in it
 * @param time ms since the epoch
 */
export const eventId = (page: string, seq: number, time: number): string => compose(time, hex(seq & 0xfff, 3), page.slice(19))
