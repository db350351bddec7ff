import { setTimeout as delay } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { until } from '../until.ts'
import { inBothBrowsers, type Visit } from './visitor.ts'

const run = ({ page }: Visit, code: string) => page.evaluate((source: string) => void new Function(source)(), code)
const LONG = '<div style="height: 4000px; width: 10px">long</div>'

interface Place {
  x: number
  y: number
}

/** Distance of a point from a line of straight pieces. */
function distanceFrom(path: readonly Place[], { x, y }: Place): number {
  let least = Number.POSITIVE_INFINITY
  path.forEach((from, index) => {
    const to = path[index + 1] ?? from
    const [dx, dy] = [to.x - from.x, to.y - from.y]
    const share = Math.min(1, Math.max(0, ((x - from.x) * dx + (y - from.y) * dy) / (dx * dx + dy * dy || 1)))
    least = Math.min(least, Math.hypot(x - from.x - share * dx, y - from.y - share * dy))
  })
  return least
}

inBothBrowsers((visit) => {
  it('has no depth on a page that fits, nor sideways', async () => {
    const here = await visit(
      '<div id="wide" style="overflow-x: scroll; width: 300px"><div style="width: 2000px">wide</div></div><div style="width: 4000px; height: 20px">wide</div>',
    )
    await run(here, "scrollTo(500, 0); document.getElementById('wide').scrollLeft = 800")
    await here.expect('scroll', [])
  })

  it('only grows, also when the page does', async () => {
    const here = await visit(`<div id="long" style="height: 2000px">long</div>`)
    const go = async (code: string) => {
      await run(here, code)
      await delay(350)
    }
    // Past the time in which a browser restores a place.
    await delay(700)
    await go('scrollTo(0, (document.documentElement.scrollHeight - innerHeight) / 2)')
    await go('scrollTo(0, 100)')
    await go('scrollTo(0, 100000)')
    await go("document.getElementById('long').style.height = '9000px'; scrollTo(0, 3000)")
    await here.expect('scroll', [{ scroll_percentage: expect.closeTo(50, 0) }, { scroll_percentage: 100 }])
  })

  it('is the deepest point of a way down and up again without a rest', async () => {
    const here = await visit(LONG)
    await delay(700)
    // Down, about there for a moment, and up, without a pause.
    await run(
      here,
      `const end = document.documentElement.scrollHeight - innerHeight
      let step = 0
      const way = setInterval(() => {
        step++
        scrollTo(0, step < 20 ? (end * step) / 20 : step < 50 ? end - (step % 2) : (end * (90 - step)) / 40)
        if (step === 85) clearInterval(way)
      }, 20)`,
    )
    await here.expect('scroll', [{ scroll_percentage: expect.closeTo(100, 0) }])
  })

  it('is not what the browser restores after a reload, but the way on from there', async () => {
    const here = await visit(LONG)
    await delay(700)
    await run(here, 'scrollTo(0, 1_500)')
    await until('the depth is told', async () => here.events('scroll').length === 1)
    await run(here, 'location.reload()')
    await until(
      'the page is there again, at its place',
      async () => here.events('pageview').length === 2 && here.page.evaluate(() => scrollY > 1_400),
    )
    await delay(700)
    await here.page.moveMouse(300, 300)
    await here.page.wheel(500)
    await until('the way on is told', async () => here.events('scroll').length > 1)
    await here.page.wheel(-2_000)
    const [before, ...after] = await here
      .expect(
        'scroll',
        here.events('scroll').map(() => ({})),
      )
      .then(() => here.events('scroll'))
    // Wheels turn smoothly: there may be more than one rest on the way.
    for (const { data } of after) expect(data.scroll_percentage).toBeGreaterThan(Number(before!.data.scroll_percentage) + 1)
  })

  it('names scrollers in the page, also in an open shadow root', async () => {
    const scroller = (id: string) => `<div id="${id}" style="overflow: auto; height: 200px"><div style="height: 1000px">long</div></div>`
    const here = await visit(`${scroller('list')}<div id="host"></div><script>
      document.getElementById('host').attachShadow({ mode: 'open' }).innerHTML = \`${scroller('inner')}\`</script>`)
    await delay(600)
    await run(here, "document.getElementById('list').scrollTop = 400")
    await until('the first is told', async () => here.events('scroll').length === 1)
    await here.page.hover('#host')
    // What the pointer only passes is looked at once a second.
    await delay(1_300)
    await run(here, "document.getElementById('host').shadowRoot.firstElementChild.scrollTop = 10_000")
    await here.expect('scroll', [
      { element: '#list', scroll_percentage: 50 },
      { element: '#inner', scroll_percentage: 100 },
    ])
  })

  it('is that of the page in quirks mode too, wherever it is sideways', async () => {
    const here = await visit('<div style="width: 4000px; height: 3000px">large</div>', { doctype: '' })
    await delay(700)
    await run(here, 'scrollTo(900, (document.body.scrollHeight - innerHeight) / 4)')
    await until('it is told', async () => here.events('scroll').length === 1)
    await run(here, 'scrollTo(1_800, scrollY)')
    await here.expect('scroll', [{ scroll_percentage: expect.closeTo(25, 0) }])
    expect(here.events('scroll')[0]!.data).not.toHaveProperty('element')
  })

  it('follows the mouse within 20 px by at most 20 samples a second, and is silent when it rests', async () => {
    const here = await visit(`${LONG}<script>
      window.way = []
      addEventListener('pointermove', ({ clientX: x, clientY: y }) => window.way.push({ x, y }))
    </script>`)
    const corners = [
      [100, 100],
      [700, 120],
      [680, 500],
      [200, 480],
      [420, 300],
      [800, 320],
      [90, 590],
    ] as const
    for (const [x, y] of corners) {
      await here.page.moveMouse(x, y, 12)
      await delay(60)
    }
    for (let angle = 0; angle < 2 * Math.PI; angle += 0.15) {
      await here.page.moveMouse(500 + Math.round(150 * Math.cos(angle)), 300 + Math.round(150 * Math.sin(angle)))
      await delay(15)
    }
    const [x, y] = [500 + Math.round(150 * Math.cos(6.15)), 300 + Math.round(150 * Math.sin(6.15))]
    await until('the last place is told', async () => here.events('mousemove').some(({ data }) => data.x === x && data.y === y))
    const count = here.events('mousemove').length
    await run(here, 'scrollTo(0, 300)')
    await delay(1_300)
    expect(here.events('mousemove').length).toBe(count)
    const samples = here.events('mousemove')
    const way = await here.page.evaluate(() => (window as unknown as { way: Place[] }).way)
    const path = samples.map(({ data }) => data as unknown as Place)
    expect(way.length).toBeGreaterThan(60)
    expect(Math.max(...way.map((place) => distanceFrom(path, place)))).toBeLessThanOrEqual(20)
    for (const { time } of samples)
      expect(samples.filter((other) => other.time >= time && other.time < time + 1_000).length).toBeLessThanOrEqual(20)
  })

  it('is one hover per stay of half a second, whatever is in the control', async () => {
    const here = await visit(
      `<button id="stay"><b>one</b> <i>two</i></button><button id="pass">Pass</button><div id="app"><main><ul><li><p><span id="deep"></span><em>Text</em></p></li></ul></main></div>`,
    )
    await here.page.hover('#pass')
    await here.page.hover('#stay b')
    await delay(400)
    await here.page.hover('#stay i')
    await delay(400)
    await here.page.hover('#app em')
    await delay(700)
    await here.page.hover('#pass')
    await here.page.moveMouse(1, 700)
    await here.expect('hover', [{ target: '#stay', duration: expect.any(Number) }])
    expect((here.events('hover')[0]!.data as { duration: number }).duration).toBeGreaterThan(0.75)
  })
})
