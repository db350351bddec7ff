import { errorCodes, type RequestErrorCode } from './errors.ts'

/** A part of an OpenAPI document. */
export type Json = Record<string, unknown>

export const reference = (name: string): Json => ({ $ref: `#/components/schemas/${name}` })

/** An answer whose body is JSON of this schema. */
export const answer = (description: string, schema: Json): Json => ({ description, content: { 'application/json': { schema } } })

/** A parameter of the query. */
export const parameter = (name: string, description: string, schema: Json): Json => ({ name, in: 'query', description, schema })

export const moment = {
  type: 'string',
  description: 'ms since the epoch, or an ISO 8601 date; without an offset by the clocks of `zone`, or UTC',
}

/** With what everything may fail that reads what is stored, or deletes it. */
export const readErrors: readonly RequestErrorCode[] = ['no_key', 'wrong_key', 'wrong_origin', 'too_many_requests', 'stopping']

/** The answers for errors, those of one status under one heading. */
export function failures(codes: readonly RequestErrorCode[]): Json {
  const statuses = new Set(codes.map((code) => errorCodes[code].status))
  return Object.fromEntries(
    [...statuses].map((status) => {
      const group = codes.filter((code) => errorCodes[code].status === status)
      const retry = status === 429 || status === 503
      const description = group.map((code) => `\`${code}\`: ${errorCodes[code].meaning}`).join(' ')
      const headers = retry && { headers: { 'Retry-After': { description: 'Seconds to wait.', schema: { type: 'integer' } } } }
      return [String(status), { ...answer(description, reference('Error')), ...headers }]
    }),
  )
}
