/** Tags whose values come from pages and can be without end. */
export type BoundedTag = 'url' | 'target' | 'site'

/** What stands for all values of a tag that came after its site had reached the limit. */
export const OTHER = '(other)'

/** Decides which value a tag gets. */
export interface TagLimits {
  /** The value itself while its site has few enough of them, else `(other)`. */
  admit(tag: BoundedTag, site: string, value: string): string
}

/** Each distinct value makes series that InfluxDB holds in memory for good, so their number must have an end. */
export const MAX_TAG_VALUES = { url: 2_000, target: 5_000, site: 1_000 } as const satisfies Record<BoundedTag, number>

/**
 * Counts distinct values per site and tag.
 * @param overflowed is told of each value that had to become `(other)`
 */
export function tagLimits(overflowed: (tag: BoundedTag) => void, limits: Record<BoundedTag, number> = MAX_TAG_VALUES): TagLimits {
  const known = { url: new Map<string, Set<string>>(), target: new Map<string, Set<string>>(), site: new Map<string, Set<string>>() }
  return {
    admit(tag, site, value) {
      let values = known[tag].get(site)
      if (!values) {
        values = new Set()
        known[tag].set(site, values)
      }
      if (values.has(value)) return value
      if (values.size < limits[tag]) {
        values.add(value)
        return value
      }
      overflowed(tag)
      return OTHER
    },
  }
}
