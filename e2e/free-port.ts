import getPort from 'get-port'

/** A port on loopback that nobody uses at this moment. */
export const freePort = () => getPort({ host: '127.0.0.1' })
