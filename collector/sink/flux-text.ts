const plain = /^[A-Za-z0-9]$/

/** One byte as Flux spells it. */
const hex = (byte: number): string => `\\x${byte.toString(16).padStart(2, '0')}`

/**
 * A text as a literal of Flux. Everything but letters and digits is spelt by its bytes, so that nothing in it can have a meaning: the client
 * library's own literals do not survive every text. https://docs.influxdata.com/flux/v0/spec/lexical-elements/#string-literals
 */
export function fluxText(text: string): string {
  const spelt = [...text].map((character) => (plain.test(character) ? character : [...Buffer.from(character)].map(hex).join('')))
  return `"${spelt.join('')}"`
}
