import type { Example } from '../example.ts'

export const examples: readonly Example[] = [
  {
    title: 'A link to another host; one within the site is none',
    html: '<a id="out" href="https://example.org/tea?token=1"><b>Out</b></a> <a id="in" href="/cart">In</a>',
    action: [
      { do: 'script', code: "document.body.addEventListener('click', (event) => event.preventDefault())" },
      { do: 'click', on: '#out b' },
      { do: 'click', on: '#in' },
    ],
    expect: [{ link_url: 'https://example.org/tea', target: '#out' }],
  },
]
