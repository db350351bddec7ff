/**
 * The parts of an address, or undefined when it is none. `URL.canParse` of Node 20 cannot be asked: once it is compiled, it takes texts
 * beyond ASCII for others than they are.
 */
export function parsedUrl(text: string): URL | undefined {
  try {
    return new URL(text)
  } catch {
    return undefined
  }
}
