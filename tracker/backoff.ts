/** First and longest pause between attempts, in ms. */
const BASE = 1_000
const CAP = 300_000
/** Longest pause that a server is given, in ms, before it is spread. */
const LONGEST = 3_600_000

/**
 * How long to wait before the next attempt: exponential backoff with full jitter, so that many clients do not come back in step.
 * Where the server asked for a pause, it is spread over as long again at least: all whom it refused in one moment have heard the same.
 * Source: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 * @param failures attempts that failed in a row, from 1
 * @param retryAfter what the server asked for, in seconds; up to an hour the pause is never shorter
 * @param random 0 to 1
 * @returns ms
 */
export function backoff(failures: number, retryAfter = 0, random = Math.random()): number {
  const asked = Math.min(LONGEST, retryAfter * 1_000)
  return asked + Math.round(random * Math.max(asked, Math.min(CAP, BASE * 2 ** (failures - 1))))
}

/**
 * How long a pause still lasts. One that is longer than any was written down under another time of day: it is over. Nor could a timer
 * wait so long: after more than 24 days browsers ring at once.
 * @param retryAt its end, and the present time, in ms since the epoch
 * @returns ms; nothing is left when it is not more than 0
 */
export function pauseLeft(retryAt: number, now: number): number {
  const left = retryAt - now
  return left > 2 * LONGEST ? 0 : left
}

/**
 * What a `Retry-After` header asks for: a number of seconds, or a date (RFC 9110, section 10.2.3).
 * @param now ms since the epoch
 * @returns seconds; 0 when the header is not there or says nothing
 */
export function secondsToWait(header: string | null, now: number): number {
  return +header! >= 0 ? +header! : Math.max(0, (Date.parse(header!) - now) / 1_000 || 0)
}
