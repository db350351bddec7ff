import type { Config } from './config.ts'

type Settings = Pick<Config, 'host' | 'port' | 'dataDir'>

const network: Readonly<Record<string, (settings: Settings) => string>> = {
  EADDRINUSE: ({ host, port }) => `SERVER_PORT=${port} is taken on ${host}: end what listens there, or choose another port`,
  EACCES: ({ port }) => `SERVER_PORT=${port} is not for this user: choose a port from 1024`,
  EADDRNOTAVAIL: ({ host }) => `SERVER_HOST=${host} is no address of this machine: 127.0.0.1 is, and 0.0.0.0 stands for all of them`,
  ENOTFOUND: ({ host }) => `SERVER_HOST=${host} is no address of this machine: 127.0.0.1 is, and 0.0.0.0 stands for all of them`,
}

/** In one line, why a collector did not start, and what to do about it. */
export function explainStart(failure: unknown, settings: Settings): string {
  const { code, syscall, message } = failure as NodeJS.ErrnoException
  const told = network[code ?? '']
  if (told && (syscall === 'listen' || syscall === 'getaddrinfo')) return told(settings)
  const dataDir = `DATA_DIR=${settings.dataDir}`
  if (/set lock on file/i.test(message)) return `${dataDir} is in use by another collector: each needs a directory of its own`
  if (code && ['EACCES', 'EPERM', 'EEXIST', 'ENOTDIR', 'EROFS'].includes(code))
    return `${dataDir} is no directory that can be written (${code})`
  if (/cannot open file|^EACCES|permission denied/i.test(message)) return `${dataDir} is no directory that can be written`
  return `cannot go on: ${message.replaceAll(/\s*\n\s*/g, ' ')}`
}
