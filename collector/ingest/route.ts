import { LRUCache } from 'lru-cache'
import { parsedUrl } from '../parsed-url.ts'

const routes = new LRUCache<string, string>({ max: 10_000 })

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** Numbers, UUIDs, hexadecimal hashes and other long tokens with digits in them name one thing of many. */
const isId = (segment: string): boolean =>
  /^\d+$/.test(segment) || uuid.test(segment) || /^(?=.*\d)[0-9a-f]{8,}$/i.test(segment) || /^(?=(?:\D*\d){3})[\w-]{20,}$/.test(segment)

const collapse = (path: string): string => {
  const collapsed = path
    .split('/')
    .map((segment) => (isId(segment) ? ':id' : segment))
    .join('/')
  return collapsed.length > 512 ? `${collapsed.slice(0, 511)}…` : collapsed
}

function derive(url: string): string {
  const address = parsedUrl(url)
  if (!address) return collapse(url.replace(/[?#].*$/s, ''))
  const { origin, protocol, host, pathname } = address
  return (origin === 'null' ? `${protocol}//${host}` : origin) + collapse(pathname)
}

/** The page that an address shows, whatever thing it shows there: origin and path with ids as `:id`, without the query. */
export function routeOf(url: string): string {
  const known = routes.get(url)
  if (known !== undefined) return known
  const route = derive(url)
  routes.set(url, route)
  return route
}
