import type { Example } from '../example.ts'

export const examples: readonly Example[] = [
  {
    title: 'An image in view for a second; one further down is not seen',
    html: '<img id="near" src="/image.svg" alt="Near" width="200" height="200"><div style="height: 4000px"></div><img src="/image.svg?far" alt="Far" width="200" height="200">',
    action: [{ do: 'wait', ms: 1_600 }],
    expect: [{ alt: 'Near' }],
  },
]
