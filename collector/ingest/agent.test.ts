import { expect, it } from 'vitest'
import { agentOf } from './agent.ts'

const mozilla = 'Mozilla/5.0'

it.each([
  [
    `${mozilla} (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/129.0.0.0 Safari/537.36`,
    { device: 'desktop', browser: 'Chrome', os: 'Linux' },
  ],
  [`${mozilla} (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0`, { device: 'desktop', browser: 'Firefox', os: 'Linux' }],
  [
    `${mozilla} (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1`,
    { device: 'mobile', browser: 'Safari', os: 'iOS' },
  ],
  [`${mozilla} (compatible; Googlebot/2.1; +http://www.google.com/bot.html)`, { device: 'bot' }],
  ['made-up/1.0 by anybody', { browser: 'unknown', os: 'unknown' }],
  [undefined, { device: 'unknown', browser: 'unknown', os: 'unknown' }],
])('%s', (header, expected) => {
  expect(agentOf(header)).toMatchObject(expected)
})
