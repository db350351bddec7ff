const QUOTE = 0x22
const BACKSLASH = 0x5c
const COLON = 0x3a
const COMMA = 0x2c
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d
const MINUS = 0x2d
const PLUS = 0x2b
const POINT = 0x2e
const ZERO = 0x30
const NINE = 0x39
const LOWER_E = 0x65
const UPPER_E = 0x45
const SPACE = 0x20
const BEYOND_ASCII = 0x80
const NOT_FOUND = -1

const literals = ['true', 'false', 'null'].map((text) => Buffer.from(text))

/** Whether the text of a JSON number is that of an integer, as JSON.stringify writes it, and one that a number can hold. */
export function isInteger(json: Buffer, start: number, end: number): boolean {
  const first = json[start] === MINUS ? start + 1 : start
  let size = 0
  for (let at = first; at < end; at++) {
    if (json[at]! < ZERO || json[at]! > NINE) return false
    size = size * 10 + json[at]! - ZERO
  }
  return end > first && size <= Number.MAX_SAFE_INTEGER
}

/** The place behind so many digits as there are. */
function behindDigits(json: Buffer, start: number, end: number): number {
  let at = start
  while (at < end && json[at]! >= ZERO && json[at]! <= NINE) at++
  return at
}

/** The place behind a number, or -1. */
function behindNumber(json: Buffer, start: number, end: number): number {
  const first = json[start] === MINUS ? start + 1 : start
  let at = behindDigits(json, first, end)
  if (at === first || (json[first] === ZERO && at > first + 1)) return NOT_FOUND
  if (json[at] === POINT) {
    const fraction = at + 1
    at = behindDigits(json, fraction, end)
    if (at === fraction) return NOT_FOUND
  }
  if (json[at] !== LOWER_E && json[at] !== UPPER_E) return at
  const exponent = json[at + 1] === PLUS || json[at + 1] === MINUS ? at + 2 : at + 1
  at = behindDigits(json, exponent, end)
  return at === exponent ? NOT_FOUND : at
}

/** Whether the string that was passed last is written in line protocol as it is in JSON: without escapes, and with nothing but ASCII. */
let passedPlainText = false

/** The place behind a string, whose quote is at `start`, or -1. */
function behindString(json: Buffer, start: number, end: number): number {
  let special = 0
  for (let at = start + 1; at < end; at++) {
    const byte = json[at]!
    if (byte === QUOTE) {
      passedPlainText = special < BEYOND_ASCII
      return at + 1
    }
    if (byte < SPACE) return NOT_FOUND
    special |= byte
    if (byte === BACKSLASH) {
      special = BEYOND_ASCII
      at++
    }
  }
  return NOT_FOUND
}

/** The place behind an object or array, or -1. What is inside is not looked at closely. */
function behindNested(json: Buffer, start: number, end: number): number {
  let depth = 0
  for (let at = start; at < end; at++) {
    const byte = json[at]!
    if (byte === QUOTE) {
      at = behindString(json, at, end) - 1
      if (at < start) return NOT_FOUND
    } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++
    else if ((byte === CLOSE_BRACE || byte === CLOSE_BRACKET) && --depth === 0) return at + 1
  }
  return NOT_FOUND
}

function behindLiteral(json: Buffer, start: number, end: number): number {
  const literal = literals.find((text) => text[0] === json[start])
  if (!literal || start + literal.length > end) return NOT_FOUND
  return literal.compare(json, start, start + literal.length) === 0 ? start + literal.length : NOT_FOUND
}

function behindValue(json: Buffer, start: number, end: number): number {
  const first = json[start]
  if (first === QUOTE) return behindString(json, start, end)
  if (first === OPEN_BRACE || first === OPEN_BRACKET) return behindNested(json, start, end)
  if (first === MINUS || (first !== undefined && first >= ZERO && first <= NINE)) return behindNumber(json, start, end)
  return behindLiteral(json, start, end)
}

/**
 * Finds where the values of an object's properties lie in its JSON text, without making strings or objects of any of it: for the millions of
 * records that pass through only to be written down elsewhere. Understands the compact form that JSON.stringify writes.
 */
export class ObjectScan {
  /** For each name the place of its value's first byte, or -1 when it is absent. */
  readonly starts: Int32Array
  /** For each name the place behind its value. */
  readonly ends: Int32Array
  readonly #plain: Uint8Array
  readonly #names: readonly Buffer[]
  readonly #indexes: ReadonlyMap<string, number>
  /** Which name was the n-th the last time: objects of one sender have theirs in one order. */
  readonly #order: number[] = []

  constructor(names: readonly string[]) {
    this.starts = new Int32Array(names.length)
    this.ends = new Int32Array(names.length)
    this.#plain = new Uint8Array(names.length)
    this.#names = names.map((name) => Buffer.from(name))
    this.#indexes = new Map(names.map((name, index) => [name, index]))
  }

  /** Scans the object that begins at `start`. @returns the place behind it, or -1 when there is none in compact form */
  scan(json: Buffer, start: number, end: number): number {
    this.starts.fill(NOT_FOUND)
    if (json[start] !== OPEN_BRACE) return NOT_FOUND
    let at = start + 1
    if (json[at] === CLOSE_BRACE) return at + 1
    for (let count = 0; ; count++) {
      if (json[at] !== QUOTE) return NOT_FOUND
      const behindName = this.#behindName(json, at, end, count)
      if (behindName === NOT_FOUND || json[behindName] !== COLON) return NOT_FOUND
      const behind = behindValue(json, behindName + 1, end)
      if (behind === NOT_FOUND) return NOT_FOUND
      const index = this.#order[count]!
      if (index !== NOT_FOUND) {
        this.#plain[index] = passedPlainText ? 1 : 0
        this.starts[index] = behindName + 1
        this.ends[index] = behind
      }
      if (json[behind] === CLOSE_BRACE) return behind + 1
      if (json[behind] !== COMMA) return NOT_FOUND
      at = behind + 1
    }
  }

  /** Whether a value is a string that is written in line protocol as it is in JSON: without escapes, and with nothing but ASCII. */
  isPlainText(json: Buffer, index: number): boolean {
    return this.#plain[index] === 1 && json[this.starts[index]!] === QUOTE
  }

  /** The value itself; undefined when it is absent. @throws {SyntaxError} */
  value(json: Buffer, index: number): unknown {
    const start = this.starts[index]!
    return start === NOT_FOUND ? undefined : JSON.parse(json.toString('utf8', start, this.ends[index]))
  }

  /** The place behind the name whose quote is at `start`; notes which one it is as the n-th. */
  #behindName(json: Buffer, start: number, end: number, count: number): number {
    const expected = this.#names[this.#order[count] ?? NOT_FOUND]
    if (expected) {
      const behind = start + 1 + expected.length
      let at = 0
      while (at < expected.length && json[start + 1 + at] === expected[at]) at++
      if (at === expected.length && json[behind] === QUOTE) return behind + 1
    }
    const behind = behindString(json, start, end)
    if (behind !== NOT_FOUND) this.#order[count] = this.#indexes.get(json.toString('utf8', start + 1, behind - 1)) ?? NOT_FOUND
    return behind
  }
}
