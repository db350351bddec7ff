/** What a test of the connection has found: whether events would arrive, and what to do if not. */
export interface ConnectionResult {
  ok: boolean
  message: string
}

const probe = () => ({ sentAt: Date.now(), source: 'extension', version: '0', context: {}, events: [{}] })

/** What is wrong with what was typed for a collector's address; undefined when it may be one. */
export const wrongAddress = (url: string): string | undefined =>
  /^https?:\/\//i.test(url) && URL.canParse(url) ? undefined : `"${url}" is no address. It looks like http://127.0.0.1:8080.`

/**
 * Asks a collector whether it would take events, without sending any: of a batch with an event of no kind, a collector
 * that has accepted the key says that it would refuse just this event.
 * @param url the collector: an address, without a slash at the end
 */
export async function testConnection(url: string, key: string): Promise<ConnectionResult> {
  const headers: Record<string, string> = { 'content-type': 'application/json', ...(key ? { authorization: `Bearer ${key}` } : {}) }
  const signal = AbortSignal.timeout(8_000)
  const answer = await fetch(`${url}/v1/validate`, {
    method: 'POST',
    headers,
    body: JSON.stringify(probe()),
    signal,
    credentials: 'omit',
  }).catch(() => undefined)
  if (!answer) return { ok: false, message: `Nobody answers at ${url}. Is the collector running, and may this browser reach it?` }
  const { error, rejected } = (await answer.json().catch(() => ({}))) as { error?: { message?: string }; rejected?: unknown[] }
  if (answer.status === 401 || answer.status === 403) {
    return {
      ok: false,
      message: `${key ? 'The collector refuses this write key' : 'The collector wants a write key'}: ${error?.message ?? answer.status}`,
    }
  }
  if (answer.status !== 200 || rejected?.length !== 1)
    return { ok: false, message: `Something answers at ${url}, but it is no WebWatch collector (${answer.status}).` }
  return { ok: true, message: 'The collector answers and would take your events.' }
}
