import type { CDPSession } from 'playwright-core'

/** An entry of a trace: https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU. Times in µs. */
interface Entry {
  name: string
  ph: string
  pid: number
  tid: number
  ts: number
  dur?: number
  /** CPU time of the thread: what other programs take away does not count. */
  tdur?: number
  args: { data?: { url?: string; type?: string; functionName?: string; scriptId?: string } }
}

/** What a trace says of one script. Times in ms. */
export interface ScriptCost {
  /** Main-thread CPU time in the script and in all that it calls, without what the trace takes to note each call. */
  total: number
  /**
   * CPU time that the browser took to enter scripts for the events that the script handled. It is the page's here, which listens itself; where
   * a page listens to nothing, it comes on top.
   */
  entering: number
  calls: number
  /** The longest part of one task that the script took. */
  longest: number
  /** Layouts and style calculations that the script forced in the middle of its work, by the type of the event that it handled. */
  forcedLayouts: string[]
}

/** Records a trace until the returned function is called. */
export async function startTrace(session: CDPSession): Promise<() => Promise<Entry[]>> {
  const entries: Entry[] = []
  session.on('Tracing.dataCollected', ({ value }) => entries.push(...(value as unknown as Entry[])))
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: {
      includedCategories: ['devtools.timeline', 'disabled-by-default-devtools.timeline'],
      excludedCategories: ['*'],
    },
  })
  return async () => {
    const complete = new Promise((resolve) => session.once('Tracing.tracingComplete', resolve))
    await session.send('Tracing.end')
    await complete
    return entries
  }
}

const CALLS = new Set(['FunctionCall', 'EvaluateScript', 'v8.compile', 'RunMicrotasks'])
const end = ({ ts, dur = 0 }: Entry) => ts + dur
const within = (inner: Entry, outer: Entry) => inner.ts >= outer.ts && end(inner) <= end(outer)
const cost = ({ dur = 0, tdur }: Entry) => (tdur ?? dur) / 1_000

/** Of calls, those that are in no other; all of one thread. */
function outermost(calls: Entry[]): Entry[] {
  let until = Number.NEGATIVE_INFINITY
  return [...calls]
    .sort((a, b) => a.ts - b.ts || end(b) - end(a))
    .filter((call) => {
      if (call.ts < until) return false
      until = end(call)
      return true
    })
}

const sum = (calls: readonly Entry[]) => calls.reduce((total, call) => total + cost(call), 0)

/** Calls of one of the listeners that the page has to tell what a call costs at all. */
const callsOf = (thread: readonly Entry[], listener: string) =>
  thread.filter(({ name, args }) => name === 'FunctionCall' && args.data?.functionName === listener)

/**
 * What one script cost on the main thread of its page. Functions of the browser's own, which have no script, are those that it listens with: the
 * page has none.
 * @param isOurs whether an address is that of the script. Microtasks have none: where the page itself has no promises they are the script's.
 */
export function costOf(entries: readonly Entry[], isOurs: (url: string) => boolean): ScriptCost {
  const complete = entries.filter(({ ph }) => ph === 'X')
  const isNative = ({ name, args }: Entry) => name === 'FunctionCall' && args.data?.scriptId === '0'
  const ours = (entry: Entry) => CALLS.has(entry.name) && (isNative(entry) || isOurs(entry.args.data?.url ?? ''))
  const main = complete.find(({ name, args }) => CALLS.has(name) && isOurs(args.data?.url ?? ''))
  if (!main) return { total: 0, entering: 0, calls: 0, longest: 0, forcedLayouts: [] }
  const thread = complete.filter(({ pid, tid }) => pid === main.pid && tid === main.tid)
  const isMicrotask = ({ name }: Entry) => name === 'RunMicrotasks'
  const foreign = thread.filter((entry) => CALLS.has(entry.name) && !isMicrotask(entry) && !ours(entry))
  const calls = outermost(thread.filter((entry) => ours(entry) || (isMicrotask(entry) && !foreign.some((call) => within(entry, call)))))
  const dispatches = thread.filter(({ name }) => name === 'EventDispatch')
  const handled = outermost(dispatches).filter((dispatch) => calls.some((call) => within(call, dispatch)))
  const entered = callsOf(thread, 'enterScript').filter((call) => handled.some((dispatch) => within(call, dispatch)))
  const nothing = callsOf(thread, 'callNothing')
  const perCall = sum(nothing) / (nothing.length || 1)
  const layouts = thread.filter(({ name, dur = 0 }) => (name === 'Layout' || name === 'UpdateLayoutTree') && dur > 0)
  const forced = layouts.filter((layout) => calls.some((call) => within(layout, call)))
  const tasks = thread.filter(({ name }) => name === 'RunTask')
  const perTask = tasks.map((task) => sum(calls.filter((call) => within(call, task))))
  return {
    total: Math.max(0, sum(calls) - calls.length * perCall),
    entering: sum(entered),
    calls: calls.length,
    longest: Math.max(0, ...perTask),
    forcedLayouts: forced.map(
      (layout) => `${layout.name} in ${dispatches.filter((dispatch) => within(layout, dispatch)).at(-1)?.args.data?.type ?? 'no event'}`,
    ),
  }
}
