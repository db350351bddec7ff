/** One step on an event's way, with its time in ms since the epoch. */
export type Stage =
  | { id: string; stage: 'accepted'; at: number }
  | { id: string; stage: 'streamed'; at: number; topic: string; partition: number; offset: string }
  /** `time` is the point's own, in ns since the epoch. */
  | { id: string; stage: 'stored'; at: number; measurement: string; time: string }
  | { id: string; stage: 'rejected'; at: number; code: string }
  | { id: string; stage: 'dead-letter'; at: number; code: string }

export type StageName = Stage['stage']

type StagesByName = { [Name in StageName]?: Omit<Extract<Stage, { stage: Name }>, 'id' | 'stage'> }

/** What is known of an event: the furthest stage, and what was said of each. */
export type Receipt = { id: string; state: StageName | 'unknown' } & StagesByName

/**
 * Later ones outdo earlier ones, whichever is heard of first: what is stored is stored, whatever becomes of a copy, and what was rejected or is a dead
 * letter may come again and be stored.
 */
export const stageOrder: readonly StageName[] = ['rejected', 'accepted', 'streamed', 'dead-letter', 'stored']

const rank = (state: Receipt['state']): number => stageOrder.indexOf(state as StageName)

/** Of a stage that is known, only a later reason is news: what this process has told of comes back to it by way of the others. */
const isNews = (known: { at: number; code?: string } | undefined, { at, ...facts }: { at: number }): boolean =>
  !known || (at > known.at && known.code !== (facts as { code?: string }).code)

/** A receipt with one more stage, or undefined when that is no news. */
export function advance(receipt: Receipt, { id: _id, stage, ...facts }: Stage): Receipt | undefined {
  if (!isNews(receipt[stage], facts)) return undefined
  return { ...receipt, [stage]: facts, state: rank(stage) > rank(receipt.state) ? stage : receipt.state }
}
