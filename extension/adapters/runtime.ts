import type { EventsAnswer, FromPage, HelloAnswer, ToPage } from '../messages.ts'

// Content scripts do without the polyfill: it weighs more than all the rest, and both browsers give promises here.
const { runtime } = (globalThis as { browser?: typeof chrome }).browser ?? chrome

/**
 * Sends a message to the background.
 * @throws when nobody answers: the background is being replaced, or the extension is gone
 */
export function ask(message: Extract<FromPage, { kind: 'hello' }>): Promise<HelloAnswer>
export function ask(message: Extract<FromPage, { kind: 'events' }>): Promise<EventsAnswer>
export function ask(message: FromPage): Promise<unknown> {
  return runtime.sendMessage(message)
}

/** Calls back with what the background tells this document's tracker. @returns lets go */
export function onTold(callback: (message: ToPage) => void): () => void {
  const listener = (message: ToPage, sender: chrome.runtime.MessageSender) => {
    if (sender.id === runtime.id) callback(message)
  }
  runtime.onMessage.addListener(listener)
  return () => runtime.onMessage.removeListener(listener)
}

/** Whether the extension that injected this script is gone: an update or removal leaves its scripts behind. */
export const isOrphaned = (): boolean => !runtime?.id
