import type { Example } from '../example.ts'

export const examples: readonly Example[] = [
  {
    title: 'A click on the word in a download link; an ordinary link is none',
    html: '<a id="file" href="/price-list.pdf?token=1"><b>Prices</b></a> <a id="page" href="#top">Top</a>',
    action: [
      { do: 'script', code: "document.getElementById('file').addEventListener('click', (event) => event.preventDefault())" },
      { do: 'click', on: '#file b' },
      { do: 'click', on: '#page' },
    ],
    expect: [{ extension: 'pdf' }],
  },
]
