/** What of a text may not be told, by how it looks, and what stands in for it. docs/privacy.md says what cannot be recognised. */
const SECRETS: readonly (readonly [pattern: RegExp, mask: string])[] = [
  [/[^\s@]+(?:@|%(?:25)*40)[^\s/@:?&=]+\.\p{L}{2,}/giu, ':email'],
  // Tokens: sixteen letters and digits in one run; twenty with hyphens, where letter and digit meet so often as in no name; twenty
  // letters that change their case as no word does.
  [/(?=[a-z]*\d)(?=\d*[a-z])[a-z\d]{16,}/gi, ':token'],
  [/(?=(?:[\w~-]*?(?:[a-z]\d|\d[a-z])){3})[\w~-]{20,}/gi, ':token'],
  [/(?=(?:[A-Za-z]*?[a-z][A-Z]){5})[A-Za-z]{20,}/g, ':token'],
  // Card, phone and account numbers: nine digits and more of any script, in groups or not.
  [/\p{Nd}(?:[\s.()/-]{0,2}\p{Nd}){8,}/gu, ':number'],
]

/** Fewest characters of a secret that is no e-mail address. */
const SHORTEST = 9
/** Longest text that is looked through: no property of an event holds more. */
const LONGEST = 2_048

/** Masks e-mail addresses, long numbers and tokens in a text that a page shows. @returns at most 2,048 characters and some masks */
export function maskSecrets(text: string): string {
  // Most names are too short to be anything but an address.
  if (text.length < SHORTEST && !/[@%]/.test(text)) return text
  return SECRETS.reduce((masked, [pattern, mask]) => masked.replace(pattern, mask), text.slice(0, LONGEST))
}

/** Masks a segment of a path, however often it was escaped. */
function maskSegment(segment: string): string {
  let plain = segment
  try {
    while (plain !== decodeURIComponent(plain)) plain = decodeURIComponent(plain)
  } catch (_malformed) {
    // Then what could be read is looked at.
  }
  const masked = maskSecrets(plain)
  return masked === plain ? segment : encodeURI(masked).replace(/[?#]/g, encodeURIComponent)
}

/**
 * The part of an address that may leave the page: no credentials, no fragment, of the query only allowed parameters,
 * secrets in the path masked. Of `data:` addresses nothing but the scheme, of `blob:` ones the origin.
 * @param allowed names of parameters; a trailing `*` stands for any ending
 * @returns at most 2,048 characters; empty for what is no address
 */
export function cleanUrl(address: string, allowed: readonly string[]): string {
  if (!URL.canParse(address)) return ''
  const { protocol, origin, pathname, searchParams } = new URL(address)
  if (!/^https?:/.test(protocol)) return protocol + (protocol === 'blob:' ? origin : protocol === 'about:' ? pathname : '')
  const kept = new URLSearchParams()
  // The ending that a `*` stands for is the parameter's own.
  for (const [parameter, value] of searchParams)
    if (allowed.some((name) => name.replace(/\*$/, () => parameter.slice(name.length - 1)) === parameter))
      kept.append(parameter, maskSecrets(value))
  return `${origin + pathname.replace(/[^/]+/g, maskSegment)}?${kept}`.replace(/\?$/, '').slice(0, LONGEST)
}
