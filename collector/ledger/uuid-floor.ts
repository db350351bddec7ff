/**
 * What every UUIDv7 (RFC 9562, section 5.7) of a moment or later is greater than or equal to, as text.
 * @param time ms since the epoch
 */
export function uuidFloor(time: number): string {
  const hex = time.toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}`
}
