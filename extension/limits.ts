/** Most names or selectors in a list of a site's settings, and the longest one in characters. */
export const MOST_NAMES = 200
export const LONGEST_NAME = 1_024
