import { useEffect, useState } from 'react'

const EVERY_MS = 3_000
const TIMEOUT_MS = 3_000

/** What `GET /readyz` says, as far as it matters here. */
interface Readiness {
  parts?: Record<string, { spool?: { records?: unknown } } | undefined>
}

/** Asks a collector how many accepted events wait on its disk for Kafka; 0 when it cannot say. */
async function askSpool(collector: string): Promise<number> {
  try {
    const answer = await fetch(`${collector}/readyz`, { signal: AbortSignal.timeout(TIMEOUT_MS), credentials: 'omit' })
    const records = ((await answer.json()) as Readiness).parts?.kafka?.spool?.records
    return typeof records === 'number' && records > 0 ? records : 0
  } catch (_outOfReach) {
    // The status line says that already.
    return 0
  }
}

/** How many accepted events wait in the collector for Kafka, asked as long as somebody looks. */
export function useSpool(collector: string | undefined): number {
  const [records, setRecords] = useState(0)
  useEffect(() => {
    if (!collector) return
    let isOver = false
    let timer: ReturnType<typeof setTimeout> | undefined
    const ask = async () => {
      const found = await askSpool(collector)
      if (isOver) return
      setRecords(found)
      timer = setTimeout(ask, EVERY_MS)
    }
    void ask()
    return () => {
      isOver = true
      clearTimeout(timer)
    }
  }, [collector])
  return records
}
