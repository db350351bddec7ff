/** One thing that a visitor does, in terms that every browser driver knows. Targets are CSS selectors; `>>>` enters a frame or an open shadow root. */
export type Step =
  | { readonly do: 'click' | 'hover' | 'focus'; readonly on: string }
  | { readonly do: 'move'; readonly x: number; readonly y: number; readonly steps?: number }
  | { readonly do: 'type'; readonly on: string; readonly text: string }
  | { readonly do: 'press'; readonly key: string }
  | { readonly do: 'scroll'; readonly by: number }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'script'; readonly code: string }
  | { readonly do: 'visit'; readonly path: string }
  | { readonly do: 'leave' }

/** A page, what is done on it, and the events of this type that must follow: fixture, test and documentation in one. */
export interface Example {
  readonly title: string
  /** The body of the page. */
  readonly html: string
  readonly action: readonly Step[]
  /** The `data` of each event of the example's type, in order; properties that are left out may have any value. */
  readonly expect: readonly Readonly<Record<string, unknown>>[]
}
