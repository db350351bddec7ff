import type { IncomingMessage } from 'node:http'
import { gunzipSync } from 'node:zlib'
import { RequestError } from '../errors.ts'

/** Largest body in bytes, before and after decompression. */
export const MAX_BODY_BYTES = 1024 * 1024

/** The coding of a body: its name knows no case (RFC 9110, section 8.4.1). */
export const codingOf = ({ headers }: Pick<IncomingMessage, 'headers'>): string => headers['content-encoding']?.toLowerCase() ?? 'identity'

const tooLarge = () => new RequestError('too_large', 'The body is larger than 1 MiB')

/** Undoes gzip without ever holding more than the limit, however much the body claims to be. */
function inflate(body: Buffer): Buffer {
  try {
    return gunzipSync(body, { maxOutputLength: MAX_BODY_BYTES })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge()
    throw new RequestError('not_json', 'The body is not the gzip that Content-Encoding promises')
  }
}

/** NUL, byte order marks, and halves of surrogate pairs: no store gives them back, so they become U+FFFD before anything else sees them. */
const unstorable = /\0|\ufeff|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g
/** InfluxDB's answers spell every line break alike (its CSV writer does), so there is one spelling from the start. */
const lineBreak = /\r\n?/g

const needsCare = (text: string): boolean => text.includes('\\u') || text.includes('\\r') || text.includes('\ufeff')

const storable = (_key: string, value: unknown): unknown =>
  typeof value === 'string' ? value.replace(unstorable, '\ufffd').replace(lineBreak, '\n') : value

/**
 * Reads a request's body as JSON. What no store gives back can only come from `\u` and `\r` escapes
 * and byte order marks, so only a body with one of them pays for the search.
 * @throws {RequestError} no_body, not_json, too_large, unsupported_type
 */
export function readBody(body: Buffer | undefined | null, coding = 'identity'): unknown {
  if (!body || body.length === 0) throw new RequestError('no_body', 'The request has no body')
  if (body.length > MAX_BODY_BYTES) throw tooLarge()
  if (coding !== 'gzip' && coding !== 'identity') {
    throw new RequestError('unsupported_type', 'Content-Encoding may be gzip or absent')
  }
  const text = (coding === 'gzip' ? inflate(body) : body).toString('utf8')
  try {
    return needsCare(text) ? JSON.parse(text, storable) : JSON.parse(text)
  } catch {
    throw new RequestError('not_json', 'The body is not JSON')
  }
}
