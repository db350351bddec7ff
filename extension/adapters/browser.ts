/** The one way to the browser's own interfaces for background, popup and options page. */
export { default as browser } from 'webextension-polyfill'
