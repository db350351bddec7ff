import { ASK, OFFER, STOP } from './handover.ts'

/*
 * Chromium tells errors of a page in the page's own world alone, so this runs there. The page must not find out. Nothing is
 * left in it but listeners, which it cannot list. All functions are taken before its first script, and no other is called
 * later, be it by an iterator or a prototype. Of what it throws nothing is read that could run its code: no getter, no proxy.
 */
const { apply } = Reflect
const { getOwnPropertyDescriptor } = Object
const { stringify } = JSON
const { exec } = RegExp.prototype
const { isError } = Error as { isError?: (value: unknown) => boolean }
const PageError = Error
const Message = CustomEvent
const { addEventListener, dispatchEvent } = EventTarget.prototype
const { abort } = AbortController.prototype
const { disconnect } = MutationObserver.prototype

const getter = (prototype: object, name: string) => getOwnPropertyDescriptor(prototype, name)!.get as () => never
const filename = getter(ErrorEvent.prototype, 'filename')
const lineno = getter(ErrorEvent.prototype, 'lineno')
const colno = getter(ErrorEvent.prototype, 'colno')
const messageOf = getter(ErrorEvent.prototype, 'message')
const reasonOf = getter(PromiseRejectionEvent.prototype, 'reason')
const nativeStack = getOwnPropertyDescriptor(new Error(), 'stack')?.get

// Others cannot guess it, and nobody else listens to it.
const channel = `e${crypto.getRandomValues(new Uint32Array(4)).join('-')}`
const stopping = new AbortController()
const { signal } = stopping
const options = { capture: true, passive: true, signal }

const tell = (detail: object) =>
  apply(dispatchEvent, window, [new Message(channel, { __proto__: null, detail: stringify(detail) } as object)])

/** A text that an error holds itself. */
function ownText(error: object, name: string): string {
  const property = getOwnPropertyDescriptor(error, name)
  const value = property?.get ? property.get === nativeStack && apply(property.get, error, []) : property?.value
  return typeof value === 'string' ? value : ''
}

function onError(event: Event): void {
  try {
    const source = apply(filename, event, [])
    const line = apply(lineno, event, [])
    const column = apply(colno, event, [])
    tell({ __proto__: null, kind: 'uncaught', source, line, column, message: apply(messageOf, event, []) })
  } catch (_notScript) {
    // An image or a script that did not load: such an event has no file name.
  }
}

function onRejection(event: Event): void {
  const reason: unknown = apply(reasonOf, event, [])
  // A page that makes its stacks itself would see them being made.
  const isPlain = isError?.(reason) && !getOwnPropertyDescriptor(PageError, 'prepareStackTrace')
  const place = isPlain ? apply(exec, /\n\s+at .*?([\w-]+:[^\s()]*?):(\d+):(\d+)/, [ownText(reason as Error, 'stack')]) : null
  const message = typeof reason === 'string' ? reason : isPlain ? ownText(reason as Error, 'message') : ''
  tell({ __proto__: null, kind: 'unhandled', source: place?.[1] ?? '', line: +(place?.[2] ?? 0), column: +(place?.[3] ?? 0), message })
}

function stop(): void {
  apply(abort, stopping, [])
  apply(disconnect, reopened, [])
}

function listen(): void {
  apply(addEventListener, window, ['error', onError, options])
  apply(addEventListener, window, ['unhandledrejection', onRejection, options])
  apply(addEventListener, window, [channel + STOP, stop, options])
}

// document.open() takes all listeners off.
const reopened = new MutationObserver(listen)

const offer = () => apply(dispatchEvent, window, [new Message(OFFER, { __proto__: null, detail: channel } as object)])
// In a window that a page has opened it could listen before the document came: there is none of this.
if (!opener) {
  reopened.observe(document, { childList: true })
  listen()
  // Whichever of the two scripts comes first.
  apply(addEventListener, window, [ASK, offer, { once: true, signal }])
  offer()
}
