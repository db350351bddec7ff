import type { Example } from '../example.ts'

export const examples: readonly Example[] = [
  {
    title: 'Played to the end',
    html: '<audio id="m" src="/sound.wav" controls></audio>',
    action: [
      { do: 'script', code: "document.getElementById('m').play()" },
      { do: 'wait', ms: 1_800 },
    ],
    expect: [{ audio_id: 'm' }],
  },
]
