import react from '@vitejs/plugin-react'
import { build } from 'vite'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Browser, launchChromium } from '../browsers/index.ts'
import { type Receiver, startReceiver } from '../receiver.ts'
import { buildTracker } from '../tracker-build.ts'
import { until } from '../until.ts'
import { example, stub } from './guide.ts'

/** The page's own event, as the documentation records it. */
const [TRACK] = /webwatch\.track\(.*\)/.exec(example('js', 'What a page can call'))!

let receiver: Receiver
let browser: Browser
beforeAll(async () => {
  receiver = await startReceiver((await buildTracker()).script)
  browser = await launchChromium()
})
afterAll(async () => {
  await browser?.close()
  receiver?.close()
})

/** Code of the documentation, with this test's collector in place of the one that it names. */
const local = (code: string) => code.replaceAll('https://collector.example/', receiver.url)

/** Bundles some modules for a page, the first of them as its entry, with packages from where the project has them. */
async function bundle(modules: Record<string, string>): Promise<string> {
  const [entry] = Object.keys(modules)
  const output: unknown = await build({
    configFile: false,
    logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"development"' },
    plugins: [
      {
        name: 'modules-of-the-guide',
        enforce: 'pre',
        resolveId: (id) => (id in modules ? `\0${id}` : undefined),
        load: (id) => modules[id.slice(1)],
      },
      react({ include: /\0.*\.jsx$/ }),
    ],
    build: { write: false, minify: false, rolldownOptions: { input: entry!, output: { format: 'iife' } } },
  })
  const [{ output: chunks }] = [output].flat() as [{ output: [{ code: string }] }]
  return chunks[0].code
}

/** A page that a script fills. */
const pageOf = (script: string) =>
  `<!doctype html><meta charset="utf-8"><title>Guide</title><script>${stub}</script><div id="app"></div><script>${script.replaceAll('</script', '<\\/script')}</script>`

const pages: Record<string, () => Promise<string>> = {
  async HTML() {
    return `<!doctype html><meta charset="utf-8"><title>Guide</title><script>${stub}</script>${local(example('html'))}<body><button id="track" onclick="${TRACK!.replaceAll('"', '&quot;')}">Add</button>`
  },

  async React() {
    const entry = `
      import { StrictMode } from 'react'
      import { createRoot } from 'react-dom/client'
      import { WebWatch } from 'webwatch.jsx'
      createRoot(document.getElementById('app')).render(<StrictMode><WebWatch /><button id="track" onClick={() => ${TRACK}}>Add</button></StrictMode>)`
    return pageOf(await bundle({ 'entry.jsx': entry, 'webwatch.jsx': local(example('jsx', 'React')) }))
  },

  async Vue() {
    const App = `
      import { h } from 'vue'
      export default { render: () => h('button', { id: 'track', onClick: () => ${TRACK} }, 'Add') }`
    return pageOf(await bundle({ 'main.js': local(example('js', 'Vue')), './App.vue': App }))
  },

  // Without a server of Next's: its layout is rendered in the browser, with a stand-in that does what next/script says it does after
  // hydration, which is to add a script element with all attributes that it was given.
  async Next() {
    const entry = `
      import { createRoot } from 'react-dom/client'
      import Layout from 'layout.jsx'
      createRoot(document).render(<Layout><button id="track" onClick={() => ${TRACK}}>Add</button></Layout>)`
    const script = `
      import { useEffect } from 'react'
      export default function Script({ strategy, ...attributes }) {
        useEffect(() => {
          if (strategy !== 'afterInteractive') throw new Error('another strategy')
          const script = document.createElement('script')
          for (const [name, value] of Object.entries(attributes)) script.setAttribute(name, value)
          document.body.append(script)
        }, [])
        return null
      }`
    return pageOf(await bundle({ 'entry.jsx': entry, 'layout.jsx': local(example('jsx', 'Next')), 'next/script': script }))
  },
}

it.each(Object.keys(pages))('the guide’s example for %s counts a page view and an event of the page’s own', async (name) => {
  receiver.servePage(await pages[name]!())
  const page = await browser.newPage()
  await page.goto(`${receiver.url}${name}`)
  await page.click('#track')
  await until('the script has loaded', () => page.evaluate(() => !!window.webwatch && !window.webwatch.q))
  await page.goto('about:blank')
  // What the page before could not see arrive comes once more.
  const eventsOf = (type: string) =>
    [...new Map(receiver.events.map((event) => [event.id, event])).values()].filter(
      (event) => event.type === type && event.url === `${receiver.url}${name}`,
    )
  await until('both arrive', async () => eventsOf('pageview').length > 0 && eventsOf('custom').length > 0)
  expect(eventsOf('pageview').map(({ site, data }) => [site, data.kind])).toEqual([['shop.example', 'load']])
  expect(eventsOf('custom').map(({ data }) => data)).toEqual([
    { name: 'add_to_cart', properties: { item: 'teapot', price: 39.5, gift: false } },
  ])
  expect(receiver.batches.at(-1)!.batch.key).toBe('…')
  await page.close()
})
