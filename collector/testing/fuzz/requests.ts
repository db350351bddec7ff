import { gzipSync } from 'node:zlib'
import fc, { type Arbitrary } from 'fast-check'
import { openApi } from '../../openapi.ts'
import { batchOf, clickEvent, uuidV7 } from '../batch.ts'
import { arbitraryOf, type Options, type Schema } from '../schema-arbitrary.ts'

/** The key with which a request is let in. */
export const FUZZ_KEY = 'fuzz'

/** A request as it is sent. */
export interface FuzzRequest {
  method: string
  /** Path and query, encoded. */
  path: string
  headers: Record<string, string>
  body?: Buffer
  /** The answer stays open. */
  endless?: true
}

interface Parameter {
  name: string
  in: string
  schema?: Schema
}

interface Operation {
  parameters?: Parameter[]
  requestBody?: { content: Record<string, { schema: Schema }> }
  responses: Record<string, { content?: Record<string, unknown> }>
}

const description = openApi() as unknown as {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, Schema> }
}

/** What has a meaning somewhere on the way, more often than chance would. */
const meaningful = fc.constantFrom(
  ...[
    '\n',
    '\r\n',
    '\0',
    '"',
    "'",
    '\\',
    '`',
    ',',
    '=',
    ' ',
    ';',
    '--',
    '/*',
    '${',
    '{{',
    '<img src=x onerror=alert(1)>',
    '\ud800',
    '\udfff',
  ],
  ...[
    '" or 1=1 --',
    "'; DROP TABLE events; --",
    '") |> drop() //',
    '=cmd()',
    '../../etc/passwd',
    '%00',
    '%s',
    '__proto__',
    '💥',
    '\u2028',
    '\ufeff',
  ],
)
const anyText = fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 6 }).map((units) => String.fromCharCode(...units))
const pieces = fc.array(fc.oneof(meaningful, anyText), { minLength: 1, maxLength: 4 })
const text = pieces.map((parts) => parts.join(''))
const options: Options = {
  text: (minLength, maxLength) => text.map((value) => value.padEnd(minLength, 'x').slice(0, maxLength)),
  resolve: (reference) => description.components.schemas[reference.split('/').at(-1)!]!,
  maxItems: 3,
}

const odd: Arbitrary<unknown> = fc.oneof(
  fc.anything({ withBigInt: false, maxDepth: 2, maxKeys: 3 }),
  fc.constantFrom(null, '', -1, 1e308, 2 ** 53, [], {}, '__proto__', 'x'.repeat(5_000), '\0', '\ud800', true),
)

/** A place in a value, as indices into the properties on the way down, and what happens there. */
const mutation = fc.record({
  path: fc.array(fc.nat(40), { minLength: 2, maxLength: 5 }),
  how: fc.constantFrom('replace', 'remove', 'add'),
  value: odd,
})
type Mutation = { path: number[]; how: string; value: unknown }

function mutate(root: Record<string, unknown>, { path, how, value }: Mutation): void {
  let node = root
  for (const [depth, step] of path.entries()) {
    const names = Object.keys(node)
    // Most of what can be wrong is in the events.
    const name = depth === 0 && step % 4 > 0 && 'events' in node ? 'events' : names[step % Math.max(names.length, 1)]
    if (name === undefined) return
    const next = node[name]
    if (depth < path.length - 1 && typeof next === 'object' && next !== null) {
      node = next as Record<string, unknown>
      continue
    }
    if (how === 'remove') delete node[name]
    else node[how === 'add' ? `${name}_` : name] = value
    return
  }
}

/** Times and ids as they are now, so that events can be accepted. */
function refresh(batch: unknown): unknown {
  const { events } = batch as { events: { id: string; time: number }[] }
  for (const event of events) Object.assign(event, { id: uuidV7(), time: Date.now() })
  return Object.assign(batch as object, { sentAt: Date.now() })
}

const realBatch = fc.constant(null).map(() => batchOf([clickEvent(), clickEvent()]) as unknown as Record<string, unknown>)
const describedBatch = arbitraryOf({ $ref: '#/components/schemas/Batch' }, options) as Arbitrary<Record<string, unknown>>
const batch = fc
  .tuple(
    fc.oneof({ weight: 2, arbitrary: realBatch }, { weight: 1, arbitrary: describedBatch.map(refresh) }),
    fc.array(mutation, { maxLength: 2 }),
  )
  .map(([made, mutations]) => {
    for (const each of mutations) mutate(made as Record<string, unknown>, each)
    return Buffer.from(JSON.stringify(made))
  })
const torn = fc.tuple(batch, fc.nat()).map(([bytes, at]) => bytes.subarray(0, at % bytes.length))
const body = fc.oneof(
  { weight: 16, arbitrary: batch },
  { weight: 1, arbitrary: torn },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)) },
  { weight: 1, arbitrary: odd.map((value) => Buffer.from(JSON.stringify(value) ?? '')) },
)

const printable = text.map((value) => value.replace(/[^\x20-\x7e]/g, ''))
/** Mostly what a tracker sends, and now and then something else. */
const seldom = (usual: string, ...others: Arbitrary<string>[]) =>
  fc.oneof({ weight: 15, arbitrary: fc.constant(usual) }, ...others.map((arbitrary) => ({ weight: 1, arbitrary })))
const headers = fc.record(
  {
    authorization: seldom(
      `Bearer ${FUZZ_KEY}`,
      printable,
      printable.map((value) => `Bearer ${value}`),
    ),
    'content-type': seldom('application/json', fc.constantFrom('text/plain', 'text/plain;charset=UTF-8', 'application/xml', 'x')),
    'content-encoding': seldom('identity', fc.constantFrom('gzip', 'br', 'x')),
    'user-agent': printable,
    origin: fc.constantFrom('null', 'https://shop.example', 'chrome-extension://x', '://', ''),
    'x-forwarded-for': printable,
    'accept-language': printable,
    range: printable,
  },
  { requiredKeys: ['authorization', 'content-type', 'content-encoding'] },
)

const writing: Arbitrary<FuzzRequest> = fc
  .record({ path: fc.constantFrom('/v1/events', '/v1/validate'), headers, body, pack: fc.boolean() })
  .map(({ path, headers: sent, body: bytes, pack }) => {
    const packed = sent['content-encoding'] === 'gzip' && pack ? gzipSync(bytes) : bytes
    return { method: 'POST', path, headers: sent as Record<string, string>, body: packed }
  })

/** A value that the description allows, or anything. */
const parameterValue = ({ schema = {} }: Parameter): Arbitrary<string> =>
  fc.oneof({ weight: 2, arbitrary: arbitraryOf(schema, options).map(String) }, { weight: 1, arbitrary: text })

/** A lone half of a surrogate pair has no place in an address. */
const encoded = (value: string): string => encodeURIComponent(Buffer.from(value).toString())

function operationOf(template: string, method: string, { parameters = [], requestBody, responses }: Operation): Arbitrary<FuzzRequest> {
  const inPath = parameters.filter((parameter) => parameter.in === 'path')
  const inQuery = parameters.filter((parameter) => parameter.in === 'query')
  const pairs = inQuery.map((parameter) => fc.tuple(fc.constant(parameter.name), parameterValue(parameter)))
  const pair = fc.oneof(...pairs.map((arbitrary) => ({ weight: 6, arbitrary })), { weight: 1, arbitrary: fc.tuple(text, text) })
  const endless = Object.values(responses).some(({ content }) => content && 'text/event-stream' in content)
  return fc
    .record({
      path: fc.tuple(...inPath.map(parameterValue)),
      query: fc.array(pair, { maxLength: 4 }),
      headers,
      body: requestBody ? body : fc.constant(undefined),
    })
    .map(({ path, query, headers: sent, body: bytes }) => {
      const filled = inPath.reduce((whole, { name }, index) => whole.replace(`{${name}}`, encoded(path[index]!)), template)
      // Whole pages of events would take most of the time.
      const short = inQuery.some(({ name }) => name === 'limit') && !query.some(([name]) => name === 'limit') && sent['user-agent'] !== ''
      if (short) query.push(['limit', '3'])
      const search = query.map(([name, value]) => `${encoded(name)}=${encoded(value)}`).join('&')
      return {
        method: method.toUpperCase(),
        path: search ? `${filled}?${search}` : filled,
        headers: sent as Record<string, string>,
        ...(bytes && { body: bytes }),
        ...(endless && { endless: true as const }),
      }
    })
}

const operations = Object.entries(description.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => operationOf(path, method, operation)),
)

/** Addresses that are in no description, and methods that nobody expects. */
const elsewhere: Arbitrary<FuzzRequest> = fc
  .record({
    method: fc.constantFrom('GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'PATCH', 'POST'),
    path: fc.oneof(
      fc.constantFrom('/', '/demo/', '/docs/', '/docs/json', '/demo/%2e%2e/', '/%2e%2e/package.json', '/v1/', '/v1/events/', '/demo/%00'),
      fc.array(text, { maxLength: 3 }).map((parts) => `/${parts.map(encoded).join('/')}`),
    ),
    headers,
    body,
  })
  .map(({ headers: sent, body: bytes, ...rest }) => ({
    ...rest,
    headers: sent as Record<string, string>,
    ...(!['GET', 'HEAD'].includes(rest.method) && { body: bytes }),
  }))

/** Requests of every kind; most of them write, as in life. */
export const fuzzRequest: Arbitrary<FuzzRequest> = fc.oneof(
  { weight: 15, arbitrary: writing },
  { weight: 4, arbitrary: fc.oneof(...operations) },
  { weight: 1, arbitrary: elsewhere },
)

const spell = (request: FuzzRequest): Buffer => {
  const bytes = request.body ?? Buffer.alloc(0)
  const lines = Object.entries({ host: 'localhost', ...request.headers, 'content-length': String(bytes.length) })
  const head = `${request.method} ${request.path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`
  return Buffer.concat([Buffer.from(head, 'latin1'), bytes])
}

/** Bytes that once were a request: changed, cut and put in at random places. */
export const fuzzBytes: Arbitrary<Buffer> = fc
  .tuple(
    writing,
    fc.array(fc.record({ at: fc.nat(), bytes: fc.uint8Array({ maxLength: 4 }), removed: fc.nat(3) }), { minLength: 1, maxLength: 4 }),
    fc.option(fc.nat(), { nil: undefined }),
  )
  .map(([request, changes, end]) => {
    let bytes = spell(request)
    for (const { at, bytes: put, removed } of changes) {
      // Most of what matters is in front.
      const place = at % Math.min(bytes.length, 400)
      bytes = Buffer.concat([bytes.subarray(0, place), put, bytes.subarray(place + removed)])
    }
    return end === undefined ? bytes : bytes.subarray(0, (end % bytes.length) + 1)
  })
