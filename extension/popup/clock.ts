// Not `hour12: false`, by which some languages have 24:05 after midnight.
const format = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' })

/** The time of day, to the second. @param time ms since the epoch */
export const clock = (time: number): string => format.format(time)
