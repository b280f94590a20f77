import { expect, test } from 'vitest'
import { assertionsIn } from './assertions.ts'
import { StandIns } from './stand-ins.ts'

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const jwt = (payload: object) => `${part({ alg: 'RS256' })}.${part(payload)}.c2ln`

test('JWTs are told by what they say, each once; what only looks like one is none', () => {
  const texts = [
    `a=1&assertion=${jwt({ sub: 'x' })}`,
    `Bearer ${jwt({ sub: 'x' })}`,
    'eyJhbGci.eyJub25l.c2ln',
    '',
  ]
  expect(assertionsIn(texts, (text) => text)).toEqual([{ header: { alg: 'RS256' }, payload: { sub: 'x' } }])
})

test('stand-ins are found again in whatever they went into, and are in nothing that was written', () => {
  const standIns = new StandIns('{"note":"STANDIN and standinz"}')
  const [unknown, secret, address] = [
    standIns.unknown('shop'),
    standIns.secret('/auth/clientSecret'),
    standIns.unknownIn('home', (standIn) => `https://${standIn}.example.com/x`),
  ]
  expect(standIns.unknown('shop')).toBe(unknown)
  expect(standIns.secret('other')).not.toBe(secret)
  const text = `https://${unknown}.a.b/?s=${encodeURIComponent(secret)}&h=${address} standin ${JSON.stringify(unknown)}`
  expect(standIns.shown(text)).toBe('https://{shop}.a.b/?s=[secret]&h={home} standin "{shop}"')
  expect(standIns.shown('standinzaaa')).toBe('standinzaaa')
})
