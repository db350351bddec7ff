import type { Example } from '../example.ts'

export const examples: readonly Example[] = [
  {
    title: 'A start, a pause and a resume are one play',
    html: '<video id="m" src="/clip.webm" controls></video>',
    action: [
      { do: 'script', code: "document.getElementById('m').play()" },
      { do: 'wait', ms: 250 },
      { do: 'script', code: "document.getElementById('m').pause()" },
      { do: 'wait', ms: 50 },
      { do: 'script', code: "document.getElementById('m').play()" },
      { do: 'wait', ms: 200 },
    ],
    expect: [{ video_id: 'm' }],
  },
]
