const FIRST_BYTES = 64 * 1024
const LINE_BREAK = 0x0a
/** UTF-8 takes at most so many bytes for one UTF-16 unit. */
const MAX_BYTES_PER_UNIT = 3

/**
 * Lines as the bytes that travel. A line is written out as soon as it is made, so neither it nor what it was made of lives long enough to cost the
 * garbage collector anything.
 */
export class Lines {
  #buffer = Buffer.allocUnsafeSlow(FIRST_BYTES)
  #bytes = 0
  readonly #ends: number[] = []

  /** How many there are. */
  get count(): number {
    return this.#ends.length
  }

  add(line: string): void {
    const bound = this.#bytes + line.length * MAX_BYTES_PER_UNIT + 1
    if (bound > this.#buffer.length) this.#grow(bound)
    const end = this.#bytes + this.#buffer.write(line, this.#bytes)
    this.#buffer[end] = LINE_BREAK
    this.#bytes = end + 1
    this.#ends.push(this.#bytes)
  }

  /** Adds the lines of another, in their order. */
  append(other: Lines): void {
    const bytes = other.bytes()
    const start = this.#bytes
    if (start + bytes.length > this.#buffer.length) this.#grow(start + bytes.length)
    this.#bytes += bytes.copy(this.#buffer, start)
    for (const end of other.#ends) this.#ends.push(start + end)
  }

  /** The bytes of the lines from `start` up to, not including, `end`. */
  bytes(start = 0, end = this.count): Buffer {
    return this.#buffer.subarray(start === 0 ? 0 : this.#ends[start - 1], end === 0 ? 0 : this.#ends[end - 1])
  }

  #grow(bound: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(bound, this.#buffer.length * 2))
    this.#buffer.copy(larger, 0, 0, this.#bytes)
    this.#buffer = larger
  }
}

/** All lines of several, behind each other. */
export function linesOf(parts: readonly Lines[]): Lines {
  const all = new Lines()
  for (const part of parts) all.append(part)
  return all
}
