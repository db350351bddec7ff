/**
 * How the script in the page's own world and the one in the extension's find each other. Both run before any script of the
 * page: then nobody else can hear these names. From there on they talk under a random one.
 */
export const OFFER = 'webwatch-offer'
export const ASK = 'webwatch-ask'
/** Added to the random name: the script in the page's world lets go of everything. */
export const STOP = '-stop'
