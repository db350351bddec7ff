/** One step on an event's way, with its time in ms since the epoch. */
export type Stage =
  | { id: string; stage: 'accepted'; at: number }
  | { id: string; stage: 'streamed'; at: number; topic: string; partition: number; offset: string }
  /** `time` is the point's own, in ns since the epoch where the store counts so. */
  | { id: string; stage: 'stored'; at: number; measurement: string; time: string }
  | { id: string; stage: 'rejected'; at: number; code: string }
  | { id: string; stage: 'dead-letter'; at: number; code: string }

export type StageName = Stage['stage']

type StagesByName = { [Name in StageName]?: Omit<Extract<Stage, { stage: Name }>, 'id' | 'stage'> }

/** What is known of an event: the furthest stage, and what was said of each. */
export type Receipt = { id: string; state: StageName | 'unknown' } & StagesByName

/** In the order of an event's way: later ones outdo earlier ones, whichever is heard of first. */
export const stageOrder: readonly StageName[] = ['accepted', 'streamed', 'stored', 'dead-letter', 'rejected']

/** A receipt with one more stage. */
export function advance(receipt: Receipt, { id: _id, stage, ...facts }: Stage): Receipt {
  const isFurther = receipt.state === 'unknown' || stageOrder.indexOf(stage) > stageOrder.indexOf(receipt.state)
  return { ...receipt, [stage]: receipt[stage] ?? facts, state: isFurther ? stage : receipt.state }
}
