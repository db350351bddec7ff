import { cp } from 'node:fs/promises'
import { crx, type ManifestV3Export } from '@crxjs/vite-plugin'
import react from '@vitejs/plugin-react'
import { defineConfig, type UserConfig } from 'vite'
import manifest from './manifest.json' with { type: 'json' }

const extension = (browser: 'chrome' | 'firefox'): UserConfig => ({
  plugins: [react(), crx({ manifest: manifest as ManifestV3Export, browser })],
  build: { outDir: `dist/${browser}`, emptyOutDir: true },
})

/** The collector runs on Node from its own dependencies; only our own packages are bundled. */
const collector = (): UserConfig => ({
  publicDir: false,
  build: {
    ssr: 'collector/index.ts',
    target: 'node20',
    outDir: 'dist/collector',
    emptyOutDir: true,
    sourcemap: true,
  },
  ssr: { noExternal: [/^@webwatch\//] },
  plugins: [
    {
      name: 'collector-pages',
      async closeBundle() {
        await cp('collector/public', 'dist/collector/public', { recursive: true })
      },
    },
  ],
})

/** The script tag: one file that a page includes. */
const tracker = (): UserConfig => ({
  publicDir: false,
  define: { WEBWATCH_VERSION: JSON.stringify(manifest.version) },
  build: {
    target: 'es2022',
    outDir: 'dist',
    emptyOutDir: false,
    rolldownOptions: { input: 'tracker/script/index.iife.ts', output: { format: 'iife', entryFileNames: 'tracker.js' } },
  },
})

const builds: Record<string, () => UserConfig> = {
  chrome: () => extension('chrome'),
  firefox: () => extension('firefox'),
  tracker,
  collector,
}

/** One build for each thing that we ship: `vite build --mode chrome | firefox | tracker | collector`. */
export default defineConfig(({ mode }) => {
  const build = builds[mode]
  if (!build) throw new Error(`Unknown build "${mode}": one of ${Object.keys(builds).join(', ')}`)
  return build()
})
