/** As much of web-ext as we use; it brings no types of its own. */
declare module 'web-ext' {
  export interface Runner {
    exit(): Promise<void>
    registerCleanup(run: () => void): void
  }
  interface RunOptions {
    sourceDir: string
    target: ['chromium'] | ['firefox-desktop']
    chromiumBinary?: string
    firefox?: string
    startUrl: string
    args?: string[]
    noReload: boolean
    noInput: boolean
  }
  const webExt: { cmd: { run(options: RunOptions): Promise<Runner> } }
  export default webExt
}

declare module 'web-ext/util/logger' {
  export const consoleStream: { startCapturing(): void; stopCapturing(): void }
}
