/** A tab, in the terms that Playwright and Puppeteer share. */
export interface Page {
  goto(url: string): Promise<void>
  /** Runs a function in the page; what it takes and gives must be JSON. */
  evaluate<Argument, Result>(run: (argument: Argument) => Result | Promise<Result>, argument?: Argument): Promise<Result>
  /** Resolves when an element that matches is there. Rejects after `timeout` ms (10,000 when left out). */
  waitFor(selector: string, timeout?: number): Promise<void>
  /** Clicks, so many times in quick succession. Selectors are CSS; `>>>` goes into an open shadow root. */
  click(selector: string, times?: number): Promise<void>
  /** Clicks with the middle button. */
  middleClick(selector: string): Promise<void>
  hover(selector: string): Promise<void>
  focus(selector: string): Promise<void>
  /** Types into an element, key by key. */
  type(selector: string, text: string): Promise<void>
  /** Types where the focus is, key by key, in whatever frame that is. */
  typeHere(text: string): Promise<void>
  press(key: string): Promise<void>
  /** Chooses a file of this machine in a file field. */
  upload(selector: string, path: string): Promise<void>
  /** Moves the mouse to a point of the viewport, in so many steps. */
  moveMouse(x: number, y: number, steps?: number): Promise<void>
  /** Clicks at a point of the viewport, whatever document is there. */
  clickAt(x: number, y: number): Promise<void>
  /** Turns the wheel down by so many CSS pixels. */
  wheel(deltaY: number): Promise<void>
  /** Calls back for each request of the page and its frames from now on. */
  onRequest(callback: (url: string) => void): void
  /** Writes a PNG of the viewport. */
  screenshot(path: string): Promise<void>
  bringToFront(): Promise<void>
  close(): Promise<void>
}

/** A real browser under test. */
export interface Browser {
  readonly name: 'chromium' | 'firefox'
  newPage(): Promise<Page>
  /** The address of a file of the extension, as its own pages see it. */
  extensionUrl(path: string): string
  /** Ends what runs a page, as a crash or a lack of memory does: the page is told nothing of it. */
  kill(page: Page): Promise<void>
  /** Does what has the browser save a file, and reads that. */
  download(page: Page, start: () => Promise<void>): Promise<{ name: string; text: string }>
  close(): Promise<void>
}

/** A browser whose tabs are as its users have them: those behind others are hidden, and a page that is left is kept for the way back. */
export interface TabbedBrowser extends Browser {
  /** Opens a tab behind the one that is shown. */
  newBackgroundPage(): Promise<Page>
}

/** How to start one. */
export interface LaunchOptions {
  /** Directory of a built extension to load. */
  extension?: string
  /** Profile to use and to keep; a new one, removed at the end, when left out. */
  profile?: string
  /** What the browser tells pages of its user's wish not to be tracked: Global Privacy Control or Do Not Track. */
  privacySignal?: 'gpc' | 'dnt'
}
