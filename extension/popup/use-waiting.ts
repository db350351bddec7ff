import { useEffect, useState } from 'react'
import { onChange } from '../log/changes.ts'
import { countWaiting } from '../log/log.ts'

/** Time in ms in which changes gather, before events are counted anew. */
const GATHER = 100

/** How many events of all sites wait for the collector, live. */
export function useWaiting(): number {
  const [waiting, setWaiting] = useState(0)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const count = () => {
      timer = undefined
      countWaiting().then(setWaiting, (error) => console.debug(error))
    }
    const stop = onChange(() => {
      timer ??= setTimeout(count, GATHER)
    })
    count()
    return () => {
      stop()
      clearTimeout(timer)
    }
  }, [])
  return waiting
}
