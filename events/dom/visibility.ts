import { listen } from './listen.ts'

/** Whether the visitor can see the page. */
export const isVisible = (): boolean => document.visibilityState === 'visible'

/** Calls back when the page is shown or hidden. */
export const onVisibility = (callback: () => void): void => listen('visibilitychange', callback)
