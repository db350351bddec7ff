import type { Example } from '../example.ts'

export const examples: readonly Example[] = [
  {
    title: 'A start, then a jump over half of the video: what was jumped over is not told',
    html: '<video id="m" src="/clip.webm" controls></video>',
    action: [
      { do: 'script', code: "document.getElementById('m').play()" },
      { do: 'wait', ms: 300 },
      { do: 'script', code: "document.getElementById('m').currentTime = document.getElementById('m').duration * 0.7" },
      { do: 'wait', ms: 1_200 },
    ],
    expect: [{ video_id: 'm', progress: 75 }],
  },
]
