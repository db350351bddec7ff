import type { Example } from '../example.ts'

export const examples: readonly Example[] = [
  {
    title: 'A handler that throws, and a promise that nobody waits for',
    html: '<button id="throw">Throw</button><button id="reject">Reject</button><script>\ndocument.getElementById("throw").onclick = () => { throw new Error("secret") }\ndocument.getElementById("reject").onclick = () => { Promise.reject(new Error("secret")) }\n</script>',
    action: [
      { do: 'click', on: '#throw' },
      { do: 'click', on: '#reject' },
    ],
    expect: [
      { kind: 'uncaught', line: 2 },
      { kind: 'unhandled', line: 3 },
    ],
  },
]
