const POLYNOMIAL = 0x82f63b78
const SLICES = 8

/** Tables for eight bytes at a time ("slicing by 8", Kounavis and Berry 2005). */
const tables = Array.from({ length: SLICES }, () => new Int32Array(256))
for (let byte = 0; byte < 256; byte++) {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1
  tables[0]![byte] = crc
}
for (let slice = 1; slice < SLICES; slice++) {
  for (let byte = 0; byte < 256; byte++) {
    const before = tables[slice - 1]![byte]!
    tables[slice]![byte] = (before >>> 8) ^ tables[0]![before & 0xff]!
  }
}
const [t0, t1, t2, t3, t4, t5, t6, t7] = tables as [
  Int32Array,
  Int32Array,
  Int32Array,
  Int32Array,
  Int32Array,
  Int32Array,
  Int32Array,
  Int32Array,
]

/** CRC-32C (Castagnoli, RFC 3720 B.4) of a part of a buffer. */
export function crc32c(data: Uint8Array, start: number, end: number): number {
  let crc = -1
  let index = start
  for (; index + SLICES <= end; index += SLICES) {
    const low = crc ^ (data[index]! | (data[index + 1]! << 8) | (data[index + 2]! << 16) | (data[index + 3]! << 24))
    crc =
      t7[low & 0xff]! ^
      t6[(low >>> 8) & 0xff]! ^
      t5[(low >>> 16) & 0xff]! ^
      t4[low >>> 24]! ^
      t3[data[index + 4]!]! ^
      t2[data[index + 5]!]! ^
      t1[data[index + 6]!]! ^
      t0[data[index + 7]!]!
  }
  for (; index < end; index++) crc = t0[(crc ^ data[index]!) & 0xff]! ^ (crc >>> 8)
  return (crc ^ -1) >>> 0
}
