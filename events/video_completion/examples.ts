import type { Example } from '../example.ts'

export const examples: readonly Example[] = [
  {
    title: 'Played to the end',
    html: '<video id="m" src="/sound.wav" controls></video>',
    action: [
      { do: 'script', code: "document.getElementById('m').play()" },
      { do: 'wait', ms: 1_800 },
    ],
    expect: [{ video_id: 'm' }],
  },
]
