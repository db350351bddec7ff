import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { launchChromium } from '../../e2e/browsers/index.ts'
import { mark } from './mark.ts'

const sizes = [16, 32, 48, 128]
const target = (name: string) => fileURLToPath(new URL(`../../extension/icons/${name}`, import.meta.url))

const browser = await launchChromium()
const page = await browser.newPage()
for (const state of ['on', 'off'] as const) {
  for (const size of sizes) {
    const source = `data:image/svg+xml,${encodeURIComponent(mark(state, size))}`
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
