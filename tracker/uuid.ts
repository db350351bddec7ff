const fill = crypto.getRandomValues.bind(crypto)

const hex = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

/**
 * A UUIDv7: 48 bits of time, then random (RFC 9562, section 5.7). Needs no secure context, unlike crypto.randomUUID.
 * @param time ms since the epoch
 */
export function uuidv7(time: number): string {
  const bytes = fill(new Uint8Array(16))
  for (let index = 0; index < 6; index++) bytes[index] = Math.floor(time / 256 ** (5 - index)) % 256
  bytes[6] = 0x70 | (bytes[6]! & 0x0f)
  bytes[8] = 0x80 | (bytes[8]! & 0x3f)
  return hex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}
