import { useEffect, useState } from 'react'
import { onSetting, read, type Stored } from '../settings.ts'

/** One of the extension's settings, live; undefined until it has been read. */
export function useSetting<Name extends keyof Stored>(name: Name): Stored[Name] | undefined {
  const [value, setValue] = useState<Stored[Name] | undefined>()
  useEffect(() => {
    const show = (next: Stored[Name]) => setValue(() => next)
    void read(name).then((stored) => show(stored as Stored[Name]))
    return onSetting(name, show)
  }, [name])
  return value
}
