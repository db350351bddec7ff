import type { LogEntry } from './entry.ts'

/** What the background tells the open pages of the extension. */
export type Change = { kind: 'entries'; entries: LogEntry[] } | { kind: 'cleared'; site: string | null }

const NAME = 'webwatch-log'
let sender: BroadcastChannel | undefined

/** Tells every open popup what has changed in the log. */
export function announce(change: Change): void {
  sender ??= new BroadcastChannel(NAME)
  sender.postMessage(change)
}

/** Calls back at every change of the log, until the returned function is called. */
export function onChange(callback: (change: Change) => void): () => void {
  const channel = new BroadcastChannel(NAME)
  channel.onmessage = (message: MessageEvent<Change>) => callback(message.data)
  return () => channel.close()
}
