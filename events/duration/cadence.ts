/** How often the engaged time of a page view is told while it grows, in ms. With the longest time that an event waits in a page, a killed tab loses 15 seconds at most. */
export const REPORT_EVERY = 10_000
