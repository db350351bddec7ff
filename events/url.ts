/** What of an address or a text may be told: patterns of what may not, and what stands in for it. */
const SECRETS: readonly (readonly [pattern: RegExp, mask: string])[] = [
  [/[^\s/@:?&=]+(?:@|%40)[^\s/@:?&=]+\.[a-z]{2,}/gi, ':email'],
  // Card, phone and account numbers: nine digits and more, in groups or not.
  [/\d(?:[ -]?\d){8,}/g, ':number'],
  // Tokens: twenty characters and more of one run, with letters and digits mixed.
  [/(?=[\w~-]*\d)(?=[\w~-]*[a-z])[\w~-]{20,}/gi, ':token'],
]

/** Masks e-mail addresses, long numbers and tokens in a text that a page shows. */
export function maskSecrets(text: string): string {
  return SECRETS.reduce((masked, [pattern, mask]) => masked.replace(pattern, mask), text)
}

function isAllowed(parameter: string, allowed: readonly string[]): boolean {
  return allowed.some((name) => (name.endsWith('*') ? parameter.startsWith(name.slice(0, -1)) : parameter === name))
}

/**
 * The part of an address that may leave the page: no credentials, no fragment, of the query only allowed parameters,
 * secrets in the path masked. Of `data:` addresses nothing but the scheme, of `blob:` ones the origin.
 * @param allowed names of parameters; a trailing `*` stands for any ending
 * @returns at most 2,048 characters; empty for what is no address
 */
export function cleanUrl(address: string, allowed: readonly string[]): string {
  if (!address || !URL.canParse(address)) return ''
  const url = new URL(address)
  if (url.protocol === 'blob:') return `blob:${url.origin}`
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return url.protocol === 'about:' ? `about:${url.pathname}` : url.protocol
  const kept = [...url.searchParams].filter(([name]) => isAllowed(name, allowed))
  const query = new URLSearchParams(kept.map(([name, value]) => [name, maskSecrets(value)])).toString()
  return (url.origin + maskSecrets(url.pathname) + (query && `?${query}`)).slice(0, 2048)
}
