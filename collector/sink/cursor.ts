import { RequestError } from '../errors.ts'

/** A place in the list of events: behind the one of that time and id. The time is in the store's own unit. */
export interface Cursor {
  time: bigint
  id: string
}

/** Opaque to callers, who only hand it back. */
export const encodeCursor = (time: bigint, id: string): string => Buffer.from(`${time}|${id}`).toString('base64url')

/** @throws {RequestError} `invalid_query` when it is none of ours */
export function decodeCursor(cursor: string): Cursor {
  const match = /^(\d{1,20})\|([0-9a-f-]{36})$/.exec(Buffer.from(cursor, 'base64url').toString())
  if (!match) throw new RequestError('invalid_query', 'cursor is not one that this collector gave out')
  return { time: BigInt(match[1]!), id: match[2]! }
}
