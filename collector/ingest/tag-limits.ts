import type { Accepted, BoundedTag } from '../record.ts'

/** A value that makes series in InfluxDB, for the first time. */
export interface TagValue {
  tag: BoundedTag
  site: string
  value: string
}

/** Decides which values of tags are kept as they are. */
export interface TagLimits {
  /** Remembers that a value is admitted. @returns whether that is new */
  learn(value: TagValue): boolean
  /**
   * The tags of an event that become `(other)`, because their site has too many values.
   * @param learned is told of each value that is admitted for the first time
   */
  overflowOf(accepted: Accepted, learned: (value: TagValue) => void): readonly BoundedTag[]
}

/** Each distinct value makes series that InfluxDB holds in memory for good, so their number must have an end. */
export const MAX_TAG_VALUES = { site: 1_000, url: 2_000, target: 5_000 } as const satisfies Record<BoundedTag, number>

const none: readonly BoundedTag[] = []
/** Where the values of all sites that are too many are counted: their number has an end too. */
const REST = ''

/** Counts distinct values per site and tag. */
export function tagLimits(limits: Readonly<Record<BoundedTag, number>> = MAX_TAG_VALUES): TagLimits {
  const known = { site: new Map<string, Set<string>>(), url: new Map<string, Set<string>>(), target: new Map<string, Set<string>>() }

  function valuesOf(tag: BoundedTag, site: string): Set<string> {
    const values = known[tag].get(site) ?? new Set<string>()
    known[tag].set(site, values)
    return values
  }

  function admits(tag: BoundedTag, site: string, value: string, learned: (value: TagValue) => void): boolean {
    const values = valuesOf(tag, site)
    if (values.has(value)) return true
    if (values.size >= limits[tag]) return false
    values.add(value)
    learned({ tag, site, value })
    return true
  }

  return {
    learn({ tag, site, value }) {
      const values = valuesOf(tag, site)
      if (values.has(value)) return false
      values.add(value)
      return true
    },
    overflowOf({ event: { site, data }, route }, learned) {
      const isSite = admits('site', REST, site, learned)
      const home = isSite ? site : REST
      const isUrl = admits('url', home, route, learned)
      const isTarget = typeof data.target !== 'string' || admits('target', home, data.target, learned)
      if (isSite && isUrl && isTarget) return none
      return [...(isSite ? [] : (['site'] as const)), ...(isUrl ? [] : (['url'] as const)), ...(isTarget ? [] : (['target'] as const))]
    },
  }
}
