import { expect } from 'vitest'
import type { Frame } from './frames.ts'
import { numbersOf } from './right.ts'

/** What may be 0 after five simulated minutes, and why. */
const mayBeZero: Readonly<Record<string, string>> = {
  'WebWatch: Quality: Dead letters': 'the store takes everything that collectors accept',
  'WebWatch: Quality: Duplicates': 'nothing is sent twice',
  'WebWatch: Quality: Late': 'all is stored within five minutes of its end',
  'WebWatch: Quality: Tags that overflow': 'the shop has few pages and targets',
  'WebWatch: Quality: Largest paint, poor': 'the shop is quick',
  'WebWatch: Quality: Response, poor': 'the shop is quick',
  'WebWatch: Quality: Layout shift, poor': 'the shop is steady',
  'WebWatch: Quality: First paint, poor': 'the shop is quick',
  'WebWatch: Quality: First byte, poor': 'the shop is quick',
  'WebWatch: Pipeline: Lag': 'all may be read by now',
  'WebWatch: Pipeline: Waiting': 'all may be read and stored by now',
  'WebWatch: Pipeline: On disk': 'Kafka is in reach',
  'WebWatch: Pipeline: Failed writes': 'the store is in reach',
  'WebWatch: Pipeline: Failed sends to Kafka': 'Kafka is in reach',
  'WebWatch: Pipeline: Failures': 'nothing is tried again',
}

/** Numbers that a panel shows: not the ends of bars, nor bounds that rows are named by. */
export const shownNumbers = (frames: readonly Frame[]): number[] =>
  frames.flatMap(({ fields }) =>
    fields.filter(({ name, type }) => type === 'number' && !['xMin', 'xMax', 'bucket'].includes(name)).flatMap(numbersOf),
  )

/** The panels that need not show something. */
export const zeros: readonly string[] = Object.keys(mayBeZero)

/** Expects a panel to show a number that is not 0, unless it is named above. */
export function isFilled(panel: string, shown: readonly number[]): void {
  if (!(panel in mayBeZero)) expect(shown.filter((number) => number !== 0)).not.toEqual([])
}
