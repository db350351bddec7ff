import { describe, expect, it } from 'vitest'
import { ConfigError, readConfig } from '../config.ts'
import { RequestError } from '../errors.ts'
import { keyring } from './keys.ts'

const ring = (env: Record<string, string>, loopback = false) => keyring(readConfig(env).keys, loopback)
const keys = ring({
  WRITE_KEYS: 'shop.example:new, shop.example:old, blog.example:blog, localhost:3000:dev',
  READ_KEYS: 'shop.example:shop-reader, *:auditor',
  ADMIN_TOKEN: 'admin-1, admin-2',
})
const codeOf = (work: () => unknown): string => {
  try {
    work()
    return 'fine'
  } catch (error) {
    return error instanceof RequestError ? error.code : String(error)
  }
}

describe('write keys', () => {
  it('of one site can be several at once, so that a new one is in use before the old one goes', () => {
    for (const key of ['new', 'old']) {
      const mayWrite = keys.guardOf(key)
      expect([mayWrite('shop.example'), mayWrite('SHOP.example'), mayWrite('blog.example')]).toEqual([true, true, false])
    }
    keys.replace(readConfig({ WRITE_KEYS: 'shop.example:new,blog.example:blog' }).keys)
    expect([codeOf(() => keys.guardOf('new')), codeOf(() => keys.guardOf('old'))]).toEqual(['fine', 'wrong_key'])
  })

  it('are missing, wrong, or not needed', () => {
    expect([codeOf(() => keys.guardOf(undefined)), codeOf(() => keys.guardOf('ne')), codeOf(() => keys.guardOf('new '))]).toEqual([
      'no_key',
      'wrong_key',
      'wrong_key',
    ])
    expect(ring({}, true).guardOf(undefined)('any.example')).toBe(true)
  })
})

describe('reading', () => {
  const readers = ring({ WRITE_KEYS: 'shop.example:w', READ_KEYS: 'shop.example:r, *:all', ADMIN_TOKEN: 'one,two' })
  const read = (key: string | undefined, site?: string) => codeOf(() => readers.mayRead(key && `Bearer ${key}`, site))

  it('takes a key of the site, or one of everything', () => {
    expect([read('r', 'shop.example'), read('all'), read('one'), read('two', 'blog.example')]).toEqual(Array(4).fill('fine'))
  })

  it('is refused without a key, with a write key, and for another site or all of them', () => {
    expect([read(undefined), read('w', 'shop.example'), read('r', 'blog.example'), read('r')]).toEqual([
      'no_key',
      'wrong_key',
      'wrong_site',
      'wrong_site',
    ])
  })

  it('needs none on loopback', () => {
    expect(codeOf(() => ring({ ADMIN_TOKEN: 'one' }, true).mayRead(undefined))).toBe('fine')
  })
})

it('lets pages read the answer that belong to a site of the key', () => {
  const { servesOrigin } = ring({ WRITE_KEYS: 'shop.example:s, blog.example:b, localhost:3000:dev' })
  expect([servesOrigin('https://shop.example', 's'), servesOrigin('https://shop.example', undefined)]).toEqual([true, true])
  expect([servesOrigin('https://shop.example', 'b'), servesOrigin('https://evil.example', undefined)]).toEqual([false, false])
  expect([servesOrigin('http://localhost:3000', 'dev'), servesOrigin('http://localhost:3001', 'dev')]).toEqual([true, false])
  expect([servesOrigin('null', 's'), servesOrigin('https://any.example', 's')]).toEqual([false, false])
})

it('tells who waits that the keys were replaced, until he no longer wants to know', () => {
  const { replace, onReplace } = ring({})
  let told = 0
  const forget = onReplace(() => told++)
  replace(readConfig({}).keys)
  forget()
  replace(readConfig({}).keys)
  expect(told).toBe(1)
})

it.each(['READ_KEYS', 'ADMIN_TOKEN'])('a write key is no key of %s', (name) => {
  const env = { WRITE_KEYS: 'shop.example:both', [name]: name === 'READ_KEYS' ? 'shop.example:both' : 'both' }
  expect(() => readConfig(env)).toThrow(ConfigError)
  expect(() => readConfig(env)).toThrow(`${name} and WRITE_KEYS share a key`)
})
