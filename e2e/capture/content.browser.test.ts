import { setTimeout as delay } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { until } from '../until.ts'
import { inBothBrowsers, type Visit } from './visitor.ts'

const run = ({ page }: Visit, code: string) => page.evaluate((source: string) => void new Function(source)(), code)
const media = "const m = document.querySelector('video, audio');"
const position = ({ page }: Visit) => page.evaluate(() => document.querySelector<HTMLMediaElement>('video, audio')!.currentTime)

inBothBrowsers((visit) => {
  it('is one play for a player that was added later, with <source>, over pauses and views; another after its end', async () => {
    const here = await visit('<p>Film</p>')
    await run(
      here,
      `document.body.insertAdjacentHTML('beforeend', '<video id="v" muted><source src="/clip.webm?token=1"></video>'); ${media} m.play()`,
    )
    await until('it plays', async () => (await position(here)) > 0.2)
    await run(here, `${media} m.pause(); history.pushState(null, '', '/film'); m.play()`)
    await delay(300)
    await run(here, `${media} m.currentTime = m.duration - 0.2`)
    await until('it has ended', () => here.page.evaluate(() => document.querySelector('video')!.ended))
    await run(here, `${media} m.play()`)
    const film = { video_id: 'v', video_url: expect.stringMatching(/clip\.webm$/), length: expect.closeTo(4, 0) }
    await here.expect('video_play', [film, film])
    await here.expect('video_completion', [{ ...film, position: expect.closeTo(4, 0) }])
    await here.expect('audio_play', [])
  })

  it.each([
    ['plays', 'm.play()', '', 1],
    ['is paused', 'm.play()', 'm.pause();', 1],
    // Nothing of it has been watched.
    ['has never played', '', '', 0],
  ])(
    'has its end once when a visitor goes to the very end of what %s, and no quarters in between',
    async (_state, start, before, times) => {
      const here = await visit('<video id="v" src="/clip.webm" muted></video>')
      await run(here, `${media} ${start}`)
      await until('it can be played', () => here.page.evaluate(() => document.querySelector('video')!.readyState > 2))
      if (start) await until('it plays', async () => (await position(here)) > 0.2)
      await run(here, `${media} ${before} m.currentTime = m.duration`)
      await until('it is at its end', async () => (await position(here)) > 3.9)
      await delay(500)
      await here.expect('video_completion', Array(times).fill({ video_id: 'v', position: expect.closeTo(4, 0) }))
      await here.expect('video_progress', [])
      await here.expect('video_play', Array(times).fill({ video_id: 'v' }))
    },
  )

  it('is one play and one end, and each quarter once, however often a visitor goes back before it', async () => {
    const here = await visit('<video id="v" src="/clip.webm" muted></video>')
    await run(here, `${media} m.playbackRate = 2; m.play()`)
    for (const back of ['1', '0', '2.9']) {
      await until('most of it has played', async () => (await position(here)) > 3.2)
      await run(here, `${media} m.currentTime = ${back}`)
      await until('it is farther back', async () => (await position(here)) < 3.2)
    }
    await here.expect('video_completion', [{ video_id: 'v' }])
    await here.expect('video_play', [{ video_id: 'v', position: expect.closeTo(0, 0) }])
    await here.expect('video_progress', [{ progress: 25 }, { progress: 50 }, { progress: 75 }])
  })

  it('is no end of a pass when a visitor takes a loop back from before its end', async () => {
    const here = await visit('<video id="v" src="/clip.webm" muted loop></video>')
    await run(here, `${media} m.play()`)
    await until('it plays', async () => (await position(here)) > 2.2)
    await run(here, `${media} m.currentTime = 0`)
    await until('it is at its beginning', async () => (await position(here)) < 2)
    await run(here, `${media} m.pause()`)
    await here.expect('video_completion', [])
    await here.expect('video_play', [{ video_id: 'v' }])
  })

  it('ends once for each pass of a loop, and passes each quarter once', async () => {
    const here = await visit('<audio id="s"></audio><video id="v" src="/clip.webm" muted loop></video>')
    await run(
      here,
      "const m = document.querySelector('video'); m.playbackRate = 2; m.play(); window.passes = 0; m.onseeking = () => window.passes++",
    )
    await until('two passes are over', () => here.page.evaluate(() => (window as unknown as { passes: number }).passes >= 2))
    await run(here, "document.querySelector('video').pause()")
    await here.expect('video_play', [{ video_id: 'v' }])
    await here.expect('video_completion', [{ video_id: 'v' }, { video_id: 'v' }])
    const marks = here.events('video_progress').map(({ data }) => data.progress)
    expect(marks.slice(0, 6)).toEqual([25, 50, 75, 25, 50, 75])
  })

  it('has passed no quarter when another film takes its place', async () => {
    const here = await visit('<video id="v" src="/clip.webm" muted></video>')
    await run(here, `${media} m.play()`)
    await until('it plays', async () => (await position(here)) > 0.2)
    await run(here, `${media} m.src = '/clip.webm?other'`)
    await here.expect('video_play', [{ video_id: 'v' }])
    await here.expect('video_progress', [])
  })

  it('is a download by attribute, ending or blob:, also from a child; never an ordinary link', async () => {
    const here =
      await visit(`<a id="attribute" href="/image.svg" download><b>a</b></a> <a id="ending" href="/report.final.PDF?token=1#page=2">b</a>
      <a id="named" href="/get/x" download="9f.9f86d081884c7d659a2feaa0c55ad015">g</a>
      <a id="blob" download="receipt.txt">c</a> <a id="page" href="/prices.html">d</a> <a id="name" href="/users/jane.doe">e</a> <button id="script">f</button>
      <script>
        document.getElementById('blob').href = URL.createObjectURL(new Blob(['x']))
        document.getElementById('script').onclick = () => document.getElementById('blob').click()
        addEventListener('click', (event) => event.preventDefault())
      </script>`)
    for (const id of ['attribute b', 'ending', 'blob', 'page', 'name', 'script', 'named']) await here.page.click(`#${id}`)
    const { origin } = new URL(here.url)
    await here.expect('download', [
      { download_url: `${origin}/image.svg`, extension: 'svg' },
      { download_url: `${origin}/report.final.PDF`, extension: 'pdf' },
      { download_url: `blob:${origin}`, extension: 'txt' },
      { download_url: `blob:${origin}`, extension: 'txt' },
      { download_url: `${origin}/get/x`, extension: '' },
    ])
  })

  it('is an image view once per view after a second, lazy and by srcset; never unseen or a background', async () => {
    const here = await visit(`<style>img { width: 100px; height: 100px }</style>
      <img alt="plain" src="/image.svg?1"><img alt="chosen" src="/image.svg?2" srcset="/image.svg?utm_content=big 1x, /image.svg?utm_content=big 2x">
      <img alt="transparent" src="/image.svg?3" style="opacity: 0"><div style="background: url(/image.svg?4); height: 100px"></div>
      <div style="height: 60px; overflow: hidden"><div style="height: 20px"></div><img alt="cut" src="/image.svg?5"></div>
      <div style="height: 3000px"></div><img alt="lazy" loading="lazy" src="/image.svg?6">`)
    await here.expect('image_view', [{ alt: 'plain' }, { alt: 'chosen', image_url: expect.stringMatching(/utm_content=big$/) }])
    await run(
      here,
      "scrollTo(0, 100000); document.body.insertAdjacentHTML('beforeend', '<p><img alt=late src=/image.svg?7></p>'); scrollTo(0, 100000)",
    )
    await here.expect('image_view', [{}, {}, { alt: expect.stringMatching(/lazy|late/) }, { alt: expect.stringMatching(/lazy|late/) }])
    await run(here, 'scrollTo(0, 0)')
    await delay(1_300)
    await here.expect('image_view', [{}, {}, {}, {}])
  })

  it('is one for each picture of a slider, however often each comes again', async () => {
    const here = await visit('<img id="slide" alt="one" src="/image.svg?1" width="100" height="100">')
    for (const [picture, alt] of [
      [2, 'two'],
      [1, 'one'],
      [2, 'two'],
    ]) {
      await delay(1_400)
      await run(here, `Object.assign(document.getElementById('slide'), { src: '/image.svg?${picture}', alt: '${alt}' })`)
    }
    await delay(1_400)
    await here.expect('image_view', [{ alt: 'one' }, { alt: 'two' }])
  })

  it('looks no more at an image that is broken, nor at any in a hidden tab, until there is something to see', async () => {
    const here = await visit('<img id="broken" alt="late" src="/missing.png" width="100" height="100">', {
      head: `<script>
        const set = window.setTimeout
        window.looks = 0
        window.setTimeout = (callback, ms, ...given) => { if (ms === 1_000) window.looks++; return set(callback, ms, ...given) }
        let state = 'visible'
        Object.defineProperty(Document.prototype, 'visibilityState', { get: () => state })
        window.turn = (to) => { state = to; document.dispatchEvent(new Event('visibilitychange')) }
      </script>`,
    })
    const looks = () => here.page.evaluate(() => (window as unknown as { looks: number }).looks)
    await delay(2_500)
    expect(await looks()).toBe(0)
    await run(
      here,
      "document.body.insertAdjacentHTML('beforeend', '<img id=dim alt=shown src=/image.svg?1 width=100 height=100 style=opacity:0>')",
    )
    await until('the transparent one is looked at', async () => (await looks()) > 0)
    await run(here, "turn('hidden')")
    const before = await looks()
    await delay(3_000)
    expect(await looks()).toBe(before)
    await run(here, "document.getElementById('dim').style.opacity = 1; turn('visible')")
    await here.expect('image_view', [{ alt: 'shown' }])
    await run(here, "document.getElementById('broken').src = '/image.svg?2'")
    await here.expect('image_view', [{ alt: 'shown' }, { alt: 'late' }])
  })

  it('tells each vital once per load, and the shifts and interactions of each view', async () => {
    const here = await visit(
      '<h1>Shop</h1><button id="slow">Slow</button><script>document.getElementById("slow").onclick = () => { const end = performance.now() + 250; while (performance.now() < end); }</script>',
    )
    await here.page.click('#slow')
    await delay(400)
    await run(here, "history.pushState(null, '', '/next')")
    await delay(300)
    const told = here.events('web_vital').map(({ data }) => data as { name: string; value: number })
    const names = told.map(({ name }) => name)
    for (const name of ['TTFB', 'FCP', 'LCP', 'INP'])
      expect(
        names.filter((one) => one === name),
        name,
      ).toHaveLength(1)
    expect(told.find(({ name }) => name === 'INP')!.value).toBeGreaterThan(200)
    expect(new Set(here.events('web_vital').map(({ page }) => page)).size).toBe(1)
    const supportsShifts = await here.page.evaluate(() => PerformanceObserver.supportedEntryTypes.includes('layout-shift'))
    expect(names.filter((name) => name === 'CLS')).toHaveLength(supportsShifts ? 1 : 0)
  })
})
