import type { Reports, ReportTypes } from '@webwatch/events/config.ts'
import { guard, onAbort } from '@webwatch/events/dom/listen.ts'

/** Most reports that wait for somebody to take them: a page that is not shown yet has no page view that they belong to. */
const CAPACITY = 500

/** Both ends of what reaches the tracker by another way than through the document. */
export interface ReportChannel extends Reports {
  tell<Type extends keyof ReportTypes>(type: Type, report: ReportTypes[Type]): void
}

/** Makes a channel. What nobody takes yet waits in it. */
export function reportChannel(): ReportChannel {
  const takers: Record<string, (report: never) => void> = {}
  let waiting: (readonly [type: string, report: unknown])[] = []
  const tell = (type: string, report: unknown) => {
    const take = takers[type]
    if (take) take(report as never)
    else if (waiting.length < CAPACITY) waiting.push([type, report])
  }
  return {
    tell,
    take(type, callback, signal) {
      takers[type] = guard(callback)
      onAbort(() => delete takers[type], signal)
      const held = waiting
      waiting = []
      for (const [type, report] of held) tell(type, report)
    },
  }
}
