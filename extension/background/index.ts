import type { PageEvent } from '@webwatch/events'
import type { Runtime } from 'webextension-polyfill'
import { browser } from '../adapters/browser.ts'
import { append, clear, forgetAll } from '../log/log.ts'
import type { EventsAnswer, FromExtension, FromPage } from '../messages.ts'
import { read, untroubled, write } from '../settings.ts'
import { siteOf } from '../site.ts'
import { count, showOn } from './badge.ts'
import { deliver, resume } from './delivery.ts'
import { type Place, placeOf, remember } from './documents.ts'
import { identify } from './identities.ts'
import { configure, reconcile, settingsFor, startInOpenTabs, stopElsewhere, switchOff, switchOn, tellTab } from './sites.ts'
import { type Heard, hear } from './speaker.ts'

/** Time in ms in which events gather to a batch. */
const GATHER = 500
let gathering: ReturnType<typeof setTimeout> | undefined

type FromTab = Extract<Heard, { from: 'page' }>

/** Where a document is whose tab shows it. */
function placeIn(tab: FromTab['tab']): Place | undefined {
  const site = siteOf(tab?.url)
  return tab && site && { tab: tab.id, site: site.name }
}

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

/** Writes events to disk. Where that fails, the user is told; the page keeps them for as long as it is open, and tries again. */
async function store(...told: Parameters<typeof append>): Promise<number> {
  try {
    return await append(...told)
  } catch (error) {
    await write('delivery', { ...(await read('delivery')), problem: 'This browser cannot store events.', unstored: true })
    throw error
  }
}

async function takeEvents({ documentId, tab }: FromTab, message: Extract<FromPage, { kind: 'events' }>) {
  const place = (await placeOf(documentId)) ?? placeIn(tab)
  const settings = place && (await settingsFor(place.site))
  // The site may have been switched off while the message was under way.
  if (!place || !settings) return { stored: 0 }
  const events = await identify(place.site, message.events as PageEvent[])
  const stored = await store(events, place.tab, message.context)
  if (gathering === undefined) gathering = setTimeout(deliverGathered, GATHER)
  // The last events of a page come when its tab shows the next one, which may be of another site.
  if (placeIn(tab)?.site !== place.site) return { stored }
  await count(place.tab, stored)
  // While the browser kept the page for the way back, nobody could tell it what was settled.
  if (message.events.some(({ type, data }) => type === 'pageview' && data.kind === 'restore'))
    await tellTab(place.tab, { kind: 'settle', settled: settings })
  return { stored }
}

async function fromPage(heard: FromTab) {
  const { message, tab, frameId, documentId } = heard
  if (message.kind === 'events') return inTurn(() => takeEvents(heard, message))
  const place = placeIn(tab)
  const settings = place ? await settingsFor(place.site) : null
  if (place && settings) {
    if (documentId !== undefined) await remember(documentId, place)
    if (frameId === 0) await showOn(place.tab)
  }
  return settings
}

async function forget(): Promise<void> {
  await forgetAll()
  await write('identities', {})
  await write('intended', null)
  await write('delivery', untroubled)
}

async function fromExtension(message: FromExtension): Promise<null> {
  if (message.kind === 'intend') await write('intended', message.site)
  if (message.kind === 'switch-on') await inTurn(() => switchOn(message.site))
  if (message.kind === 'configure') await inTurn(() => configure(message.site, message.settings))
  if (message.kind === 'clear') await clear(message.site)
  if (message.kind === 'deliver') await deliver(true)
  if (message.kind === 'switch-off') await inTurn(() => switchOff(message.site))
  // Events that are being taken would put back whose they are.
  if (message.kind === 'forget') await inTurn(forget)
  return null
}

const own = { id: browser.runtime.id, base: browser.runtime.getURL('') }

browser.runtime.onMessage.addListener((message: unknown, sender: Runtime.MessageSender) => {
  const heard = hear(message, sender, own)
  if (heard?.from === 'extension') return fromExtension(heard.message)
  if (heard?.from === 'page') return fromPage(heard)
  // Told apart from no answer, or a tracker would send the same for ever.
  if ((message as Partial<FromPage> | null)?.kind === 'events') return Promise.resolve<EventsAnswer>({ stored: null })
  return Promise.reject(new Error('This message is not one of the extension.'))
})

// Firefox closes the popup when it asks the user: what the popup was about to do is done here.
browser.permissions.onAdded.addListener(({ origins }) => {
  void inTurn(async () => {
    const intended = await read('intended')
    // Who once said no, and lets the extension in everywhere later, has not answered this question.
    if (intended && origins?.includes(intended.pattern)) await switchOn(intended)
  })
})
browser.permissions.onRemoved.addListener(() => {
  void inTurn(async () => {
    await reconcile()
    await stopElsewhere()
  })
})

// Firefox starts the background with the browser only where something listens to that, and forgets alarms: what waits from before would
// wait for the next page of a site that is on.
browser.runtime.onStartup.addListener(() => undefined)
// The trackers of the version before have nobody to tell any more.
browser.runtime.onInstalled.addListener(() => void inTurn(startInOpenTabs))

void inTurn(reconcile)
void resume()
