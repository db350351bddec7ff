const FIRST_BYTES = 64 * 1024
const LINE_BREAK = 0x0a
const SPACE = 0x20
const ZERO = 0x30
/** Digits of a time in ns that are less than a ms. */
const NS_DIGITS = 6
/** UTF-8 takes at most so many bytes for one UTF-16 unit. */
const MAX_BYTES_PER_UNIT = 3

/** Buffers of lines that are done with: new ones of some MB for each write would have the collector of garbage run all the time. */
const spare: Buffer[] = []
const MAX_SPARE = 8
const none = Buffer.alloc(0)

function bufferOf(bytes: number): Buffer {
  const index = spare.findIndex(({ length }) => length >= bytes)
  return index < 0 ? Buffer.allocUnsafeSlow(bytes) : spare.splice(index, 1)[0]!
}

/** Lines as the bytes that travel, written piece by piece, so that nothing they are made of has to live until they are sent. */
export class Lines {
  #buffer: Buffer
  #at = 0
  #ends: number[] = []

  /** @param bytes how many there will be, about */
  constructor(bytes = FIRST_BYTES) {
    this.#buffer = bufferOf(bytes)
  }

  /** How many there are. */
  get count(): number {
    return this.#ends.length
  }

  /** Adds a piece of the line that is being written. Most are so short that a loop is faster than a call of `copy`. */
  copy(source: Uint8Array, start: number, end: number): void {
    let at = this.#at
    if (at + end - start > this.#buffer.length) this.#grow(at + end - start)
    const buffer = this.#buffer
    for (let place = start; place < end; place++) buffer[at++] = source[place]!
    this.#at = at
  }

  /** Adds all of a longer piece. */
  whole(source: Uint8Array): void {
    if (this.#at + source.length > this.#buffer.length) this.#grow(this.#at + source.length)
    this.#buffer.set(source, this.#at)
    this.#at += source.length
  }

  byte(byte: number): void {
    if (this.#at === this.#buffer.length) this.#grow(this.#at + 1)
    this.#buffer[this.#at++] = byte
  }

  /** Adds a whole number, filled up with zeros to so many digits. */
  digits(value: number, count: number): void {
    if (this.#at + count > this.#buffer.length) this.#grow(this.#at + count)
    let rest = value
    for (let place = this.#at + count - 1; place >= this.#at; place--) {
      this.#buffer[place] = ZERO + (rest % 10)
      rest = Math.trunc(rest / 10)
    }
    this.#at += count
  }

  /** Adds a text to the line that is being written. */
  text(text: string): void {
    const bound = this.#at + text.length * MAX_BYTES_PER_UNIT
    if (bound > this.#buffer.length) this.#grow(bound)
    this.#at += this.#buffer.write(text, this.#at)
  }

  /** Adds a whole line. */
  add(line: string): void {
    this.text(line)
    this.end()
  }

  /** Ends the line. */
  end(): void {
    this.byte(LINE_BREAK)
    this.#ends.push(this.#at)
  }

  /** Adds the lines of another, in their order. */
  append(other: Lines): void {
    const bytes = other.bytes()
    const start = this.#at
    if (start + bytes.length > this.#buffer.length) this.#grow(start + bytes.length)
    this.#at += bytes.copy(this.#buffer, start)
    for (const end of other.#ends) this.#ends.push(start + end)
  }

  /** The bytes of the lines from `start` up to, not including, `end`. */
  bytes(start = 0, end = this.count): Buffer {
    return this.#buffer.subarray(start === 0 ? 0 : this.#ends[start - 1], end === 0 ? 0 : this.#ends[end - 1])
  }

  /** Time of the point of a line, in whole ms since the epoch: the number at its end, in ns, without its last six digits. */
  msOf(index: number): number {
    const buffer = this.#buffer
    let at = this.#ends[index]! - 2 - NS_DIGITS
    let ms = 0
    for (let unit = 1; buffer[at]! !== SPACE; unit *= 10) ms += unit * (buffer[at--]! - ZERO)
    return ms
  }

  /** Ends their life: no line is left, and the memory is for others. */
  release(): void {
    spare.push(this.#buffer)
    spare.sort((one, other) => one.length - other.length)
    if (spare.length > MAX_SPARE) spare.shift()
    this.#buffer = none
    this.#at = 0
    this.#ends = []
  }

  #grow(bound: number): void {
    const larger = bufferOf(Math.max(bound, this.#buffer.length * 2))
    this.#buffer.copy(larger, 0, 0, this.#at)
    this.#buffer = larger
  }
}

/** All lines of several, behind each other. */
export function linesOf(parts: readonly Lines[]): Lines {
  const all = new Lines(parts.reduce((sum, part) => sum + part.bytes().length, 0))
  for (const part of parts) all.append(part)
  return all
}
