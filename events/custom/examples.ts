import type { Example } from '../example.ts'

export const examples: readonly Example[] = [
  {
    title: 'An event of the page’s own',
    html: '<button id="b">Add</button>',
    action: [{ do: 'script', code: "webwatch.track('add_to_cart', { item: 'cup', price: 12.5, gift: false })" }],
    expect: [{ name: 'add_to_cart', properties: { item: 'cup', price: 12.5, gift: false } }],
  },
]
