import { createHash } from 'node:crypto'
import { cp, readdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { type CrxPlugin, crx, type ManifestV3Export } from '@crxjs/vite-plugin'
import react from '@vitejs/plugin-react'
import { minify } from 'terser'
import { defineConfig, type Plugin, parseAst, type UserConfig } from 'vite'
import manifest from './manifest.json' with { type: 'json' }

/** Where a build of the extension goes; tests build one of their own elsewhere. */
const extensionDir = (browser: string) => process.env.WEBWATCH_OUT_DIR ?? `dist/${browser}`

/** Match patterns that a build for headless tests has from the start, since nobody can answer a prompt there. */
const grantedHosts = (process.env.WEBWATCH_GRANTED_HOSTS ?? '').split(/[\s,]+/).filter(Boolean)

/** A page could tell that the extension is there by fetching what is web-accessible: nothing is. */
const nothingWebAccessible = (): Plugin & Pick<CrxPlugin, 'renderCrxManifest'> => ({
  name: 'nothing-web-accessible',
  enforce: 'post',
  renderCrxManifest(manifest) {
    delete manifest.web_accessible_resources
    return manifest
  },
})

/** A watching build does not see what only the content script imports. */
const watchContentScript = (): Plugin => ({
  name: 'watch-content-script',
  async buildStart() {
    for (const folder of ['events', 'tracker', 'extension/content']) {
      for (const file of await readdir(folder, { recursive: true })) if (file.endsWith('.ts')) this.addWatchFile(resolve(folder, file))
    }
  },
})

const extension = (browser: 'chrome' | 'firefox'): UserConfig => ({
  publicDir: false,
  define: { WEBWATCH_COLLECTOR_URL: JSON.stringify(process.env.WEBWATCH_COLLECTOR_URL ?? 'http://127.0.0.1:8080') },
  plugins: [
    react(),
    watchContentScript(),
    crx({ manifest: { ...manifest, ...(grantedHosts.length > 0 ? { host_permissions: grantedHosts } : {}) } as ManifestV3Export, browser }),
    nothingWebAccessible(),
    makeSmall((fileName) => /\.iife\b.*\.js$/.test(fileName)),
  ],
  build: { outDir: extensionDir(browser), emptyOutDir: true, chunkSizeWarningLimit: 700 },
})

/** Puts the collector's pages beside it. */
const collectorPages = (): Plugin => {
  let outDir = ''
  return {
    name: 'collector-pages',
    configResolved({ build }) {
      outDir = build.outDir
    },
    async closeBundle() {
      await cp('collector/public', join(outDir, 'public'), { recursive: true })
    },
  }
}

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
  plugins: [collectorPages()],
})

/** What goes with the script tag: its types, and the hash that a page can hold it to (https://www.w3.org/TR/SRI/). */
const trackerCompanions = (): Plugin => ({
  name: 'tracker-companions',
  enforce: 'post',
  generateBundle: {
    order: 'post',
    async handler(_options, bundle) {
      const script = bundle['tracker.js']
      if (script?.type !== 'chunk') throw new Error('There is no tracker.js in the build.')
      const integrity = `sha384-${createHash('sha384').update(script.code).digest('base64')}`
      this.emitFile({ type: 'asset', fileName: 'tracker.js.sri', source: `${integrity}\n` })
      this.emitFile({ type: 'asset', fileName: 'tracker.d.ts', source: await readFile('tracker/script/webwatch.ts', 'utf8') })
    },
  },
})

/** Properties of our own: of a name that is asked of none of the browser's objects, not read by another script, no attribute of the tag. They need not be long in a page. */
const ownNames =
  /^(cameAt|settle|relay|wasHidden|isLoad|byKey|before|box|close|path|over|since|started|passed|transport|settings|also|take|leave|answer|flushEvery)$/
/** The same of the script tag alone: what an extension's message holds keeps its names. */
const namesOfScript = new RegExp(`${ownNames.source}|^(maskSelectors|allowedParameters|disabled)$`)
const smallest = {
  ecma: 2020,
  toplevel: true,
  compress: { passes: 5, unsafe: true, unsafe_arrows: true, hoist_funs: true, pure_getters: true },
} as const

/** Has `let` in the place of each `const`: one word that comes again and again weighs less than two. */
function withoutConst(code: string): string {
  const starts: number[] = []
  const look = (node: unknown) => {
    if (typeof node !== 'object' || node === null) return
    const { type, kind, start } = node as { type?: string; kind?: string; start?: number }
    if (type === 'VariableDeclaration' && kind === 'const') starts.push(start!)
    Object.values(node).forEach(look)
  }
  look(parseAst(code))
  return starts.sort((a, b) => b - a).reduce((text, at) => `${text.slice(0, at)}let${text.slice(at + 'const'.length)}`, code)
}

/** Makes what runs in pages as small as it can be, more than would be worth its time elsewhere. */
const makeSmall = (runsInPages: (fileName: string) => boolean, names = ownNames): Plugin => ({
  name: 'make-small',
  enforce: 'post',
  generateBundle: {
    order: 'post',
    async handler(_options, bundle) {
      for (const output of Object.values(bundle).filter(({ fileName }) => runsInPages(fileName))) {
        const source = output.type === 'chunk' ? output.code : String(output.source)
        const { code } = await minify(withoutConst(source), {
          ...smallest,
          mangle: { properties: { regex: names, builtins: true } },
          module: output.type === 'chunk' && output.exports.length + output.imports.length > 0,
        })
        if (output.type === 'chunk') output.code = code!
        else output.source = code!
      }
    },
  },
})

/** The script tag: one file that a page includes. */
const tracker = (): UserConfig => ({
  publicDir: false,
  define: { WEBWATCH_VERSION: JSON.stringify(manifest.version) },
  plugins: [makeSmall((fileName) => fileName === 'tracker.js', namesOfScript), trackerCompanions()],
  build: {
    target: 'es2022',
    outDir: 'dist',
    emptyOutDir: false,
    minify: false,
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
