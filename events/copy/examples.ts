import type { Example } from '../example.ts'

export const examples: readonly Example[] = [
  {
    title: 'A copied word: its length, and never the word',
    html: '<p id="text">secret</p>',
    action: [
      { do: 'script', code: "getSelection().selectAllChildren(document.getElementById('text'))" },
      { do: 'script', code: "document.execCommand('copy')" },
    ],
    expect: [{ length: 6, target: '#text' }],
  },
]
