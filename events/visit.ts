/** Characters of a UUIDv7 that tell its ms: https://www.rfc-editor.org/rfc/rfc9562#section-5.7 */
export const INSTANT = 13

/** Whether a visit is its visitor's first one: their ids are made in one ms. */
export const visitOf = (visitor: string, session: string): 'new' | 'returning' =>
  session.startsWith(visitor.slice(0, INSTANT)) ? 'new' : 'returning'
