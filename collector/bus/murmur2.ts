const SEED = 0x9747b28c
const M = 0x5bd1e995
const R = 24

/**
 * MurmurHash2 of a key, as Kafka's own clients partition by it (org.apache.kafka.common.utils.Utils#murmur2): records of one key go where
 * other clients would put them. In 32-bit arithmetic; kafkajs does the same in big integers, at many times the cost.
 */
export function murmur2(data: Uint8Array): number {
  const { length } = data
  const whole = length & ~3
  let hash = SEED ^ length
  for (let index = 0; index < whole; index += 4) {
    let k = data[index]! | (data[index + 1]! << 8) | (data[index + 2]! << 16) | (data[index + 3]! << 24)
    k = Math.imul(k, M)
    k ^= k >>> R
    hash = Math.imul(hash, M) ^ Math.imul(k, M)
  }
  if (length > whole) {
    for (let index = length - 1; index >= whole; index--) hash ^= data[index]! << ((index - whole) * 8)
    hash = Math.imul(hash, M)
  }
  hash ^= hash >>> 13
  hash = Math.imul(hash, M)
  return (hash ^ (hash >>> 15)) | 0
}
