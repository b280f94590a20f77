import { expect, test } from 'vitest'
import { withoutOwnKey } from './own-key.ts'

const key = 'sp_org_0123456789ab_0123456789012345678901234567890123456789012_abcdef'
const request = (given: object = {}) => ({
  headers: ['Authorization', `Bearer ${key}`, 'Accept', '*/*'],
  path: 'v1/me',
  query: 'a=1&b=2',
  targetUrl: undefined,
  ...given,
})

test('a request that holds its key once is passed on as it is', () => {
  const own = request()
  expect(withoutOwnKey(own, `Bearer ${key}`)).toBe(own)
})

test.each(['X-Api-Key', 'Cookie', 'authorization-copy'])(
  'the key in %s goes, and nothing beside it',
  (name) => {
    const headers = ['A', '1', name, `x=${key}; y`, 'Authorization', `Bearer ${key}`, name, 'other']
    expect(withoutOwnKey(request({ headers }), `bearer   ${key} `).headers).toEqual([
      'A',
      '1',
      'Authorization',
      `Bearer ${key}`,
      name,
      'other',
    ])
  },
)

test('the key in a query goes with its name, and the rest stays in its bytes', () => {
  const query = `a=%20&access_token=${key}&b=+&${key}&c`
  expect(withoutOwnKey(request({ query }), `Bearer ${key}`).query).toBe('a=%20&b=+&c')
})

test.each([{ path: `keys/${key}` }, { targetUrl: `https://api.example.com/?k=${key}` }])(
  'the key in an address is refused: %j',
  (given) => {
    const refused = () => withoutOwnKey(request(given), `Bearer ${key}`)
    expect(refused).toThrow(expect.objectContaining({ code: 'bad_request' }))
    expect(refused).not.toThrow(new RegExp(key))
  },
)
