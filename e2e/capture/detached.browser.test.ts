import { it } from 'vitest'
import { inBothBrowsers, type Visit } from './visitor.ts'

const run = ({ page }: Visit, code: string) => page.evaluate((source: string) => void new Function(source)(), code)
/** Makes a link that is in no document. */
const LINK = `const link = (href, download) => {
  const a = document.createElement('a')
  a.href = href
  if (download !== undefined) a.download = download
  return a
}
const blob = () => URL.createObjectURL(new Blob(['a,b']));`

inBothBrowsers(
  (visit, _browser, way) => {
    /** A page that is watched, and whose settings are known: before, nothing may be told of what it takes away. */
    const visitWatched = async (body: string) => {
      const here = await visit(body)
      await here.expect('pageview', [{ kind: 'load' }])
      return here
    }

    it('is a download by a link that is in no document, each time once', async () => {
      const here = await visitWatched('<p>Reports</p>')
      await run(
        here,
        `${LINK} for (const name of ['one.csv', 'two.CSV']) link(blob(), name).click()
        link('/report.final.pdf?token=1', '').click()
        const again = link(blob(), 'again.txt')
        again.click()
        again.href = blob()
        again.click()
        const ignored = link('/secret.zip', '')
        ignored.dataset.webwatchIgnore = ''
        ignored.click()
        link('data:text/plain,abc', 'data').dispatchEvent(new MouseEvent('click'))`,
      )
      const { origin } = new URL(here.url)
      await here.expect(
        'download',
        // Nothing else tells of them.
        way === 'script tag without the Navigation API'
          ? []
          : [
              { download_url: `blob:${origin}`, extension: 'csv' },
              { download_url: `blob:${origin}`, extension: 'csv' },
              { download_url: `${origin}/report.final.pdf`, extension: 'pdf' },
              { download_url: `blob:${origin}`, extension: 'txt' },
              { download_url: `blob:${origin}`, extension: 'txt' },
              { download_url: 'data:', extension: '' },
            ],
      )
    })

    it('is one download by a link that is in the document for its click alone, or until then, or whose address comes with it', async () => {
      const here = await visitWatched(
        '<a id="menu" download="menu.csv" href="/menu.csv">Menu</a><a id="late" download="late.csv" href="#">Late</a>',
      )
      await run(
        here,
        `${LINK} for (const name of ['one.csv', 'two.txt', 'three.zip']) {
          const a = link(blob(), name)
          document.body.append(a)
          a.click()
          a.remove()
        }
        document.getElementById('menu').onclick = ({ target }) => target.remove()
        document.getElementById('late').onclick = ({ target }) => { target.href = blob() }`,
      )
      for (const id of ['menu', 'late']) await here.page.click(`#${id}`)
      await here.expect(
        'download',
        ['csv', 'txt', 'zip', 'csv', 'csv'].map((extension) => ({ extension })),
      )
    })

    if (way !== 'script tag without the Navigation API')
      it('is one by the ending of its address alone, and none for a page', async () => {
        const here = await visitWatched('<p>Reports</p>')
        await run(here, `${LINK} link('#part').click(); link('/files/list.zip').click()`)
        await here.expect('download', [{ download_url: new URL('/files/list.zip', here.url).href, extension: 'zip' }])
        const next = await visitWatched('<p>Pages</p>')
        await run(next, `${LINK} link('/prices.html').click()`)
        await next.expect('download', [])
      })
  },
  ['script tag', 'script tag without the Navigation API', 'extension'],
)
