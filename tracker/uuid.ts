const fill = crypto.getRandomValues.bind(crypto)

/**
 * A UUIDv7: 48 bits of time, then random (RFC 9562, section 5.7). Needs no secure context, unlike crypto.randomUUID.
 * @param time ms since the epoch
 */
export function uuidv7(time: number): string {
  const random = fill(new Uint8Array(10))
  random[2] = 0x80 | (random[2]! & 0x3f)
  const digits = time.toString(16).padStart(12, '0') + Array.from(random, (byte) => (byte + 0x100).toString(16).slice(1)).join('')
  return digits.replace(/^(.{8})(.{4}).(.{3})(.{4})/, '$1-$2-7$3-$4-')
}
