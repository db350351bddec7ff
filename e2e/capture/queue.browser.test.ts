import { randomBytes } from 'node:crypto'
import type { TrackedEvent } from '@webwatch/events'
import { expect, it } from 'vitest'
import { inBothBrowsers } from './visitor.ts'

/** Of random bytes: nothing makes it smaller. */
const LARGE = randomBytes(75_000).toString('base64')

inBothBrowsers((visit) => {
  it('is not held up by an event that is too large for a request that outlives its page', async () => {
    const here = await visit('<button id="b">Press</button>')
    await here.page.evaluate((shot: string) => window.webwatch!.track('shot', { shot }), LARGE)
    await here.page.click('#b')
    await here.expect('click', [{ target: '#b' }])
    await here.expect('custom', [{ name: 'shot' }])
  })

  it('is not held up by one that was left behind with its page', async () => {
    const here = await visit('<p>Shot</p>')
    await here.expect('pageview', [{}])
    await here.page.evaluate((shot: string) => {
      window.webwatch!.track('shot', { shot })
      location.reload()
    }, LARGE)
    await here.expect('pageview', [{}, {}])
    await here.expect('custom', [{ name: 'shot' }])
    // What visits of other tests have left there is of other sites.
    const [{ site }] = here.events('custom') as [TrackedEvent]
    expect(await here.page.evaluate(() => localStorage['webwatch.unsent'] ?? '')).not.toContain(site)
  })

  it('waits for no pause that was written down under another time of day', async () => {
    const here = await visit('<button id="b">Press</button>', {
      head: `<script>
        localStorage['webwatch.unsent'] = JSON.stringify({ events: [], retryAt: Date.now() + 1e12 })
        const set = window.setTimeout
        window.longest = 0
        window.setTimeout = (callback, ms, ...given) => { window.longest = Math.max(window.longest, ms); return set(callback, ms, ...given) }
      </script>`,
    })
    await here.page.click('#b')
    await here.expect('click', [{ target: '#b' }])
    expect(await here.page.evaluate(() => (window as unknown as { longest: number }).longest)).toBeLessThan(10_000)
  })
})
