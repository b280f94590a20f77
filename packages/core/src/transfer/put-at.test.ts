import { expect, test } from 'vitest'
import { putAt } from './put-at.ts'

test('texts are put where their pointers lead, on a copy', () => {
  const before = { auth: { type: 'oauth2' } }
  const after = putAt(before, {
    '/auth/clientSecret': 'a',
    '/auth/clientSecrets/0': 'b',
    '/tls/privateKey': 'c',
  })
  expect(after).toEqual({
    auth: { type: 'oauth2', clientSecret: 'a', clientSecrets: ['b'] },
    tls: { privateKey: 'c' },
  })
  expect(before).toEqual({ auth: { type: 'oauth2' } })
})

test('no pointer reaches what objects inherit', () => {
  putAt({}, { '/__proto__/polluted': 'x', '/constructor/prototype/polluted': 'x' })
  expect(({} as { polluted?: string }).polluted).toBeUndefined()
})
