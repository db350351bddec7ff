const NS_PER_MS = 1_000_000
const FNV_OFFSET = 0x811c9dc5
const FNV_PRIME = 0x01000193

/** 32-bit FNV-1a (draft-eastlake-fnv) over the UTF-16 units of a text: fast, and even enough to spread ids over a millisecond. */
function fnv1a(text: string): number {
  let hash = FNV_OFFSET
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), FNV_PRIME)
  return hash >>> 0
}

/** The same over bytes, going on from another hash: of ASCII it gives what its text gives. */
export function fnv1aOfBytes(bytes: Uint8Array, start: number, end: number, from = FNV_OFFSET): number {
  let hash = from
  for (let index = start; index < end; index++) hash = Math.imul(hash ^ bytes[index]!, FNV_PRIME)
  return hash >>> 0
}

/** Digits of the place within a ms. */
export const PLACE_DIGITS = 6

/** Where within its ms the point of an event lies, in ns, from the ASCII bytes of its id. */
export const placeOfId = (bytes: Uint8Array, start: number, end: number): number => fnv1aOfBytes(bytes, start, end) % NS_PER_MS

/**
 * The time of an event's point, in ns since the epoch: its own ms, and within it a place that follows from its id. So the same event always
 * overwrites itself, and two events of one ms stay two.
 * @param time ms since the epoch
 */
export const pointTime = (time: number, id: string): string => `${time}${String(fnv1a(id) % NS_PER_MS).padStart(PLACE_DIGITS, '0')}`
