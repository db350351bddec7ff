import { useEffect, useState } from 'react'

const EVERY_MS = 3_000
const TIMEOUT_MS = 3_000

/** What a collector says of itself in `GET /readyz`, as far as it matters here. */
export interface Readiness {
  /** Accepted events that wait on its disk for Kafka. */
  spool: number
  /** Events whose tag became `(other)`, by tag; only those of which there are any. */
  overflow: readonly { tag: 'site' | 'url' | 'target'; count: number }[]
}

/** Also of a collector that cannot say: that it is out of reach, the status line tells already. */
const nothing: Readiness = { spool: 0, overflow: [] }

interface Answer {
  parts?: { kafka?: { spool?: { records?: unknown } } }
  overflow?: Readonly<Record<string, unknown>>
}

const count = (told: unknown): number => (typeof told === 'number' && told > 0 ? told : 0)

async function askReadiness(collector: string): Promise<Readiness> {
  try {
    const answer = await fetch(`${collector}/readyz`, { signal: AbortSignal.timeout(TIMEOUT_MS), credentials: 'omit' })
    const { parts, overflow } = (await answer.json()) as Answer
    const tags = (['site', 'url', 'target'] as const).map((tag) => ({ tag, count: count(overflow?.[tag]) }))
    return { spool: count(parts?.kafka?.spool?.records), overflow: tags.filter(({ count }) => count > 0) }
  } catch (_outOfReach) {
    return nothing
  }
}

/** Asks a collector how it is, as long as somebody looks. */
export function useReadiness(collector: string | undefined): Readiness {
  const [readiness, setReadiness] = useState(nothing)
  useEffect(() => {
    if (!collector) return
    let isOver = false
    let timer: ReturnType<typeof setTimeout> | undefined
    const ask = async () => {
      const found = await askReadiness(collector)
      if (isOver) return
      setReadiness(found)
      timer = setTimeout(ask, EVERY_MS)
    }
    void ask()
    return () => {
      isOver = true
      clearTimeout(timer)
    }
  }, [collector])
  return readiness
}
