import type { PageEvent } from '@webwatch/events'
import type { Runtime } from 'webextension-polyfill'
import { browser } from '../adapters/browser.ts'
import { append, clear, forgetAll } from '../log/log.ts'
import type { FromExtension, FromPage } from '../messages.ts'
import { read, write } from '../settings.ts'
import { siteOf } from '../site.ts'
import { count, showOff, showOn } from './badge.ts'
import { deliver, resume } from './delivery.ts'
import { identify } from './identities.ts'
import { configure, reconcile, settingsFor, switchOff, switchOn } from './sites.ts'
import { type Heard, hear } from './speaker.ts'

/** Time in ms in which events gather to a batch. */
const GATHER = 500
let gathering: ReturnType<typeof setTimeout> | undefined

// One message after the other: the visit of an event depends on the event before it.
let turn: Promise<unknown> = Promise.resolve()
function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
  const result = turn.then(work)
  turn = result.catch(() => undefined)
  return result
}

function deliverGathered(): void {
  gathering = undefined
  void deliver()
}

async function takeEvents(message: Extract<FromPage, { kind: 'events' }>, tab: { id: number; url: string | undefined }) {
  const site = siteOf(tab.url)
  // The site may have been switched off, or the tab have gone elsewhere, while the message was under way.
  if (!site || !(await settingsFor(tab.url))) return { stored: 0 }
  const events = await identify(site.name, message.events as PageEvent[])
  const stored = await append(events, tab.id, message.context)
  if (gathering === undefined) gathering = setTimeout(deliverGathered, GATHER)
  await count(tab.id, stored)
  return { stored }
}

async function fromPage({ message, tab, frameId }: Extract<Heard, { from: 'page' }>) {
  if (message.kind === 'events') return inTurn(() => takeEvents(message, tab))
  const settings = await settingsFor(tab.url)
  if (settings && frameId === 0) await showOn(tab.id)
  return settings
}

async function fromExtension(message: FromExtension): Promise<null> {
  if (message.kind === 'intend') await write('intended', message.site)
  if (message.kind === 'switch-on') await inTurn(() => switchOn(message.site))
  if (message.kind === 'configure') await inTurn(() => configure(message.site, message.settings))
  if (message.kind === 'clear') await clear(message.site)
  if (message.kind === 'deliver') await deliver(true)
  if (message.kind === 'switch-off') {
    await inTurn(() => switchOff(message.site))
    for (const { id, url } of await browser.tabs.query({})) if (id !== undefined && siteOf(url)?.name === message.site) await showOff(id)
  }
  if (message.kind === 'forget') {
    await forgetAll()
    await write('identities', {})
    await write('delivery', { failures: 0, retryAt: 0, problem: null })
  }
  return null
}

const own = { id: browser.runtime.id, base: browser.runtime.getURL('') }

browser.runtime.onMessage.addListener((message: unknown, sender: Runtime.MessageSender) => {
  const heard = hear(message, sender, own)
  if (heard?.from === 'extension') return fromExtension(heard.message)
  if (heard?.from === 'page') return fromPage(heard)
  return Promise.reject(new Error('This message is not one of the extension.'))
})

// Firefox closes the popup when it asks the user: what the popup was about to do is done here.
browser.permissions.onAdded.addListener(() => {
  void inTurn(async () => {
    const intended = await read('intended')
    if (intended) await switchOn(intended)
  })
})
browser.permissions.onRemoved.addListener(() => void inTurn(reconcile))

void inTurn(reconcile)
void resume()
