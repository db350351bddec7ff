import type { PageEvent, TrackedEvent } from '@webwatch/events'
import { identityAt } from '@webwatch/tracker/session.ts'
import { byName } from '../by-name.ts'
import { read, write } from '../settings.ts'

/** Says of each event which site, visitor and visit it belongs to. Call it for one message at a time. */
export async function identify(site: string, events: readonly PageEvent[]): Promise<TrackedEvent[]> {
  const identities = await read('identities')
  let identity = byName(identities, site)
  const identified = events.map((event) => {
    identity = identityAt(identity, event.time)
    return { ...event, site, session: identity.session, visitor: identity.visitor }
  })
  if (identity) await write('identities', { ...identities, [site]: identity })
  return identified
}
