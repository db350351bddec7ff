import type { Example } from '../example.ts'

export const examples: readonly Example[] = [
  {
    title: 'A page that loads',
    html: '<title>Shop</title><h1>Shop</h1>',
    action: [{ do: 'wait', ms: 100 }],
    expect: [{ title: 'Shop', kind: 'load' }],
  },
  {
    title: 'A navigation inside the page has its own title and the page before as referrer',
    html: '<title>Shop</title><h1>Shop</h1>',
    action: [
      { do: 'wait', ms: 100 },
      { do: 'script', code: "history.pushState(null, '', '/cart'); document.title = 'Cart'" },
      { do: 'wait', ms: 700 },
      { do: 'script', code: "history.replaceState({ step: 2 }, '', '/cart?step=2')" },
      { do: 'wait', ms: 700 },
    ],
    expect: [
      { title: 'Shop', kind: 'load' },
      { title: 'Cart', kind: 'navigate' },
    ],
  },
]
