/** Leaves out what is known, and of what comes more than once all but the first. */
export function firstOfEach<Item>(
  items: readonly Item[],
  idOf: (item: Item) => string,
  known: Pick<ReadonlySet<string>, 'has'>,
): readonly Item[] {
  const seen = new Set<string>()
  return items.filter((item) => {
    const id = idOf(item)
    if (known.has(id) || seen.has(id)) return false
    seen.add(id)
    return true
  })
}
