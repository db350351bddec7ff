import type { Figure } from './figure.ts'

/** How far a benchmark goes. */
export interface BenchOptions {
  /** Forms that take long, such as ten million events. */
  long: boolean
  /** Shows where the time of each process of ours goes. The profiler takes time itself, so the figures are not kept. */
  profile: boolean
}

/** One part of a benchmark, which can be run alone. */
export type Part = (options: BenchOptions) => Promise<Figure[]>
