/** Why a request, an event or a record was not taken: a code for programs, with the HTTP status where a whole request fails. */
export const errorCodes = {
  bad_request: { status: 400, meaning: 'The request is not HTTP, has no Host header, or an address that cannot be read.' },
  no_body: { status: 400, meaning: 'The request has no body.' },
  not_json: { status: 400, meaning: 'The body is not JSON, or not the gzip that its Content-Encoding promises.' },
  not_a_batch: {
    status: 400,
    meaning: 'The body is JSON, but not a batch: `sentAt`, `source`, `version`, `context` and 1 to 500 `events`.',
  },
  too_many_events: { status: 400, meaning: 'The batch holds more than 500 events.' },
  invalid_query: { status: 400, meaning: 'A query parameter is missing or has a value that it cannot have.' },
  no_key: { status: 401, meaning: 'A key is needed and none was given: `Authorization: Bearer KEY`, or `key` in the batch.' },
  wrong_key: { status: 403, meaning: 'The key is not one that this collector knows for this purpose.' },
  wrong_site: { status: 403, meaning: 'The key is of another site than the event, or than what is to be read.' },
  wrong_origin: {
    status: 403,
    meaning:
      'Without keys, what is stored is for this computer alone: a page of another place asks, the Host header names another place, or a proxy brings the request without TRUST_PROXY.',
  },
  not_found: { status: 404, meaning: 'There is nothing at this address.' },
  unknown_metric: { status: 404, meaning: 'No metric has this name.' },
  too_slow: { status: 408, meaning: 'The request did not arrive whole within 15 seconds.' },
  too_large: { status: 413, meaning: 'The body is larger than 1 MiB, before or after decompression.' },
  unsupported_type: { status: 415, meaning: 'The body is neither `application/json` nor `text/plain`, or its encoding is not gzip.' },
  too_many_requests: { status: 429, meaning: 'This key or address sends more than its share. Wait for `Retry-After` seconds.' },
  overloaded: { status: 429, meaning: 'Events arrive faster than they can be stored. Wait for `Retry-After` seconds.' },
  too_many_queries: {
    status: 429,
    meaning: 'The store is asked more at once than it can answer. Wait for `Retry-After` seconds.',
  },
  client_gone: {
    status: 499,
    meaning: 'The client has closed the connection before its query was answered: the query was stopped. Only /metrics tells.',
  },
  headers_too_large: { status: 431, meaning: 'Address and headers are larger than 16 KiB.' },
  internal: { status: 500, meaning: 'A fault of the collector; its log says more.' },
  no_durable_place: {
    status: 503,
    meaning: 'Neither Kafka nor the disk can keep the events now, or this process only stores. Wait for `Retry-After` seconds.',
  },
  stopping: { status: 503, meaning: 'This collector is being stopped. Wait for `Retry-After` seconds.' },
  no_store: { status: 503, meaning: 'The store cannot be read now, or this process has none. Wait for `Retry-After` seconds.' },
  unknown_type: { status: null, meaning: 'No event type has this name.' },
  missing_field: { status: null, meaning: 'The event lacks a property that its type requires.' },
  wrong_type: { status: null, meaning: 'A property is of another JSON type than its contract says.' },
  invalid_value: { status: null, meaning: 'A property has the right type, but a value that it cannot have.' },
  unknown_field: { status: null, meaning: 'The event has a property that its type does not know.' },
  too_old: { status: null, meaning: 'The event is older than 7 days.' },
  in_future: { status: null, meaning: 'The event lies more than 10 minutes ahead.' },
  unreadable_record: { status: null, meaning: 'Dead letter: a Kafka record is not the JSON of an event.' },
  refused_by_kafka: {
    status: null,
    meaning:
      'Dead letter: Kafka refuses the record for good, such as one that is larger than its topic takes or whose topic may not be written.',
  },
  refused_by_store: {
    status: null,
    meaning: 'Dead letter: InfluxDB refuses the point for good, such as for a field that has another type.',
  },
} as const satisfies Record<string, { status: number | null; meaning: string }>

export type ErrorCode = keyof typeof errorCodes
/** Codes with which a whole request can fail. */
export type RequestErrorCode = { [Code in ErrorCode]: (typeof errorCodes)[Code]['status'] extends number ? Code : never }[ErrorCode]

/** A request that fails as a whole. */
export class RequestError extends Error {
  readonly code: RequestErrorCode
  readonly status: number
  /** Seconds after which another try makes sense. */
  readonly retryAfter: number | undefined

  /** @param options its cause, for the log: senders are not told */
  constructor(code: RequestErrorCode, message: string, retryAfter?: number, options?: ErrorOptions) {
    super(message, options)
    this.name = 'RequestError'
    this.code = code
    this.status = errorCodes[code].status
    this.retryAfter = retryAfter
  }
}

/** After which time a store may be asked again. */
const STORE_AGAIN_SECONDS = 5

/** There is no store to ask at this moment, or in this process. */
export const noStore = (message = 'This process has no store') => new RequestError('no_store', message, STORE_AGAIN_SECONDS)

/** Whoever asked has left. Nobody hears of it, but it is counted. */
export const clientGone = () => new RequestError('client_gone', 'The client has closed the connection')

/** There is no durable place for records at this moment. */
export class BusUnavailable extends Error {
  override readonly name: string = 'BusUnavailable'
}

/** Kafka refuses records for good, and the dead-letter topic does not take them either. All others that came with them are where they belong. */
export class BusRefused<Item> extends BusUnavailable {
  readonly records: readonly Item[]

  constructor(message: string, records: readonly Item[]) {
    super(message)
    this.records = records
  }
}

/** More is under way than memory should hold. */
export class BusOverloaded extends Error {
  override readonly name = 'BusOverloaded'
}

/** Nothing can be stored or read now; trying again later may help. */
export class SinkUnavailable extends Error {
  override readonly name = 'SinkUnavailable'
}
