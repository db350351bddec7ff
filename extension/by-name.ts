/** What a record holds under a name that a page chose, such as its host's; every object has something called `constructor`. */
export const byName = <Value>(record: Readonly<Record<string, Value>>, name: string): Value | undefined =>
  Object.hasOwn(record, name) ? record[name] : undefined
