import type { Example } from '../example.ts'

export const examples: readonly Example[] = [
  {
    title: 'Played to the end',
    html: '<audio id="m" src="/clip.webm" controls></audio>',
    action: [
      { do: 'script', code: "document.getElementById('m').play()" },
      { do: 'wait', ms: 300 },
      { do: 'script', code: "document.getElementById('m').currentTime = document.getElementById('m').duration - 0.3" },
      { do: 'wait', ms: 1_200 },
    ],
    expect: [{ audio_id: 'm' }],
  },
]
