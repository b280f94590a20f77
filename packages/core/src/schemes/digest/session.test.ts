import { expect, test } from 'vitest'
import { keepSession, learn, sessionAt } from './session.ts'

const origin = 'https://api.example.com'
const random = { bytes: (count: number) => Buffer.alloc(count, 7) }

function scene() {
  const memory = new Map<string, string>()
  const ports = { memory, random, clock: { now: () => 0 } }
  const reply = (status: number, headers: Record<string, string>, used?: string, at = origin) =>
    learn(ports, {
      status,
      origin: at,
      signature: {
        headers: used === undefined ? [] : [['authorization', `Digest nonce="${used}"`]],
        query: [],
      },
      header: (name) => headers[name],
    })
  const challenge = (nonce: string, more = '') => ({
    'www-authenticate': `Digest realm="r", nonce="${nonce}", qop="auth"${more}`,
  })
  /** Uses the nonce as `sign` does. */
  const use = () => {
    const session = sessionAt(memory, origin)
    if (session) keepSession(memory, origin, { ...session, count: session.count + 1 })
  }
  return { reply, challenge, use, session: () => sessionAt(memory, origin) }
}

test('the first challenge is answered, and its nonce kept for its origin alone', () => {
  const { reply, challenge, session } = scene()
  expect(reply(401, challenge('1'), undefined, 'https://other.example.com')).toBe(true)
  expect(session()).toBeUndefined()
  expect(reply(401, challenge('1'))).toBe(true)
  expect(session()).toMatchObject({ nonce: '1', count: 0, isAccepted: false })
})

test('a fresh nonce refused means a wrong password: nothing is sent again', () => {
  const { reply, challenge, use, session } = scene()
  reply(401, challenge('1'))
  use()
  expect(reply(401, challenge('2'), '1')).toBe(false)
  expect(session()).toBeUndefined()
})

test('a stale nonce is replaced, also where the server does not call it stale', () => {
  const { reply, challenge, use, session } = scene()
  reply(401, challenge('1'))
  use()
  expect(reply(401, challenge('2', ', stale=TRUE'), '1')).toBe(true)
  use()
  reply(200, {}, '2')
  expect(reply(401, challenge('3'), '2')).toBe(true)
  expect(session()).toMatchObject({ nonce: '3', count: 0, isAccepted: false })
})

test('the count of a nonce goes on where the server gives the same again', () => {
  const { reply, challenge, use, session } = scene()
  reply(401, challenge('1'))
  use()
  use()
  expect(reply(401, challenge('1'))).toBe(true)
  expect(session()).toMatchObject({ nonce: '1', count: 2 })
})

test('a late refusal of an old nonce leaves the newer one alone, and the call is signed with that', () => {
  const { reply, challenge, use, session } = scene()
  reply(401, challenge('1'))
  use()
  reply(200, { 'authentication-info': 'rspauth="x", nextnonce="2"' }, '1')
  expect(session()).toMatchObject({ nonce: '2', count: 0 })
  use()
  expect(reply(401, challenge('3'), '1')).toBe(true)
  expect(session()).toMatchObject({ nonce: '2', count: 1 })
})

test('a nonce announced for the next call is not taken into a session key', () => {
  const { reply, use, session } = scene()
  reply(401, { 'www-authenticate': 'Digest realm="r", nonce="1", qop="auth", algorithm=MD5-sess' })
  use()
  reply(200, { 'authentication-info': 'nextnonce="2"' }, '1')
  expect(session()).toMatchObject({ nonce: '1', count: 1 })
})

test('what is no challenge is none', () => {
  const { reply, challenge } = scene()
  expect(reply(401, {})).toBe(false)
  expect(reply(401, { 'www-authenticate': 'Basic realm="r"' })).toBe(false)
  expect(reply(403, challenge('1'))).toBe(false)
})
