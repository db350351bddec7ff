/** A 75th percentile is good where three page views in four are, and poor where more than one in four is. */
export const GOOD = { warn: 0.75, bad: 0.5 }
export const POOR = { warn: 0.1, bad: 0.25 }

/** Beside a map, bars say what it cannot. */
export const NOT_ON_MAPS =
  'A map has no place for those of unknown country: the bars beside it count them, as `unknown`, however few they are.'
