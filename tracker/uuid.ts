const fill = crypto.getRandomValues.bind(crypto)

const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0')

/** The time of a UUIDv7 (RFC 9562, section 5.7), in ms since the epoch, and its version. */
const head = (time: number) => `${hex(time, 12).replace(/.{8}/, '$&-')}-7`

/**
 * A UUIDv7: 48 bits of time, then 72 that are random. Needs no secure context, unlike crypto.randomUUID.
 * @param time ms since the epoch
 */
export function uuidv7(time: number): string {
  const tail = 'xxx-8xxx-xxxxxxxxxxxx'
  const random = fill(new Uint8Array(tail.length))
  return head(time) + tail.replace(/x/g, (_, at) => hex(random[at]! & 15, 1))
}

/**
 * The id of an event: a UUIDv7 too, with a counter in the place of new random bits (RFC 9562, section 6.2, method 1), which it shares with
 * all of its page view. Random bits are slow to get, and most of what a batch weighs, since nothing makes them smaller.
 * @param page id of the page view
 * @param seq number of the event in it
 * @param time ms since the epoch
 */
export const eventId = (page: string, seq: number, time: number): string => head(time) + hex(seq & 0xfff, 3) + page.slice(18)
