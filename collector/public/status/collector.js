let token = ''

/** Reads need this where the collector is not on loopback. It is kept by this page alone. */
export function useToken(value) {
  token = value
}

const ask = (path) => fetch(path, { headers: token ? { authorization: `Bearer ${token}` } : {}, cache: 'no-store' })

/** Whether the collector lives, and how its parts are: `{ alive, parts: { kafka: { ok, reason? }, … } }`. */
export async function readHealth() {
  try {
    const ready = await ask('readyz')
    return { alive: true, parts: (await ready.json()).parts ?? {} }
  } catch {
    return { alive: false, parts: {} }
  }
}

/** The newest stored events, or why they cannot be read: `{ events }`, `{ locked: true }`, `{ problem }`. */
export async function readEvents() {
  const answer = await ask('v1/events?limit=200')
  if (answer.status === 401 || answer.status === 403) return { locked: true }
  const body = await answer.json()
  return answer.ok ? { events: body.events } : { problem: body.error.message }
}

/** Sums of the collector's counters, by metric name, over all labels; none while they may not be read. */
export async function readCounters() {
  const answer = await ask('metrics')
  return answer.ok ? sumCounters(await answer.text()) : new Map()
}

/** Adds up the samples of each name in the text format of Prometheus. */
export function sumCounters(text) {
  const sums = new Map()
  for (const line of text.split('\n')) {
    const sample = /^([a-z_:]+)(?:\{.*\})? (\S+)/i.exec(line)
    if (sample) sums.set(sample[1], (sums.get(sample[1]) ?? 0) + Number(sample[2]))
  }
  return sums
}
