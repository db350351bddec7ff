/** The first half of a UUIDv7 of a moment, in ms since the epoch: ids that were made from then on are not less. */
export function firstIdAt(time: number): string {
  const digits = time.toString(16).padStart(12, '0')
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}`
}
