import type { Example } from '../example.ts'

export const examples: readonly Example[] = [
  {
    title: 'A click on the icon in a button belongs to the button',
    html: '<button id="buy"><svg width="20" height="20"><circle cx="10" cy="10" r="9" /></svg></button>',
    action: [{ do: 'click', on: '#buy svg' }],
    expect: [{ target: '#buy' }],
  },
]
