import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { launchChromium } from '../../e2e/browsers/index.ts'

const colours = { on: ['#0b7285', '#ffffff'], off: ['#868e96', '#f1f3f5'] } as const
const sizes = [16, 32, 48, 128]
const target = (name: string) => fileURLToPath(new URL(`../../extension/icons/${name}`, import.meta.url))

/** An eye whose pupil is a pulse: what is watched, and that it lives. */
const svg = (
  back: string,
  front: string,
  size: number,
) => `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}" viewBox="0 0 32 32">
<rect width="32" height="32" rx="7" fill="${back}"/>
<path d="M3 16c4-7 8.500-9.500 13-9.500S25 9 29 16c-4 7-8.500 9.500-13 9.500S7 23 3 16z" fill="none" stroke="${front}" stroke-width="2.400" stroke-linejoin="round"/>
<path d="M9 16.500h3.500l2-5 3 9.500 2-4.500H23" fill="none" stroke="${front}" stroke-width="2.200" stroke-linecap="round" stroke-linejoin="round"/></svg>`

const browser = await launchChromium()
const page = await browser.newPage()
for (const [state, [back, front]] of Object.entries(colours)) {
  for (const size of sizes) {
    const source = `data:image/svg+xml,${encodeURIComponent(svg(back, front, size))}`
    const png = await page.evaluate(
      async ({ source, size }: { source: string; size: number }) => {
        const image = new Image()
        image.src = source
        await image.decode()
        const canvas = Object.assign(document.createElement('canvas'), { width: size, height: size })
        canvas.getContext('2d')!.drawImage(image, 0, 0)
        return canvas.toDataURL('image/png').split(',')[1]!
      },
      { source, size },
    )
    await writeFile(target(`${state}-${size}.png`), Buffer.from(png, 'base64'))
  }
}
await browser.close()
