import { expect, test } from 'vitest'
import { canary, findCanaries } from './canary.ts'

const value = canary('the sought secret')
canary('another secret')

const everyByte = (encode: (code: string) => string) =>
  [...value].map((character) => encode(character.charCodeAt(0).toString(16).padStart(2, '0'))).join('')

test.each([
  ['as it is', `token=${value}&x`],
  ['in bytes', Buffer.from(`\xff\x00${value}`, 'latin1')],
  ['in base64', Buffer.from(value).toString('base64')],
  ['in base64url', Buffer.from(value).toString('base64url')],
  ['in base64 one byte in', Buffer.from(`u${value}?`).toString('base64')],
  ['in base64 two bytes in', Buffer.from(`u:${value}>>>`).toString('base64url')],
  [
    'in base64 that was percent-encoded',
    encodeURIComponent(Buffer.from(`practice:${value}`).toString('base64')),
  ],
  ['in hex', Buffer.from(`x${value}`).toString('hex')],
  ['in capital hex', Buffer.from(value).toString('hex').toUpperCase()],
  ['percent-encoded', everyByte((code) => `%${code.toUpperCase()}`)],
  ['percent-encoded twice', everyByte((code) => `%25${code}`)],
  ['escaped in JSON', `"${everyByte((code) => `\\u00${code}`)}"`],
  ['in JSON inside JSON', JSON.stringify(JSON.stringify({ value }))],
])('a canary is found %s', (_, text) => {
  expect(findCanaries(text)).toEqual(['the sought secret'])
})

test('a text without canaries has none', () => {
  expect(findCanaries(`canary${'0'.repeat(40)} 100% \\ \\u00zz`)).toEqual([])
})

test('two canaries of one name differ', () => {
  expect(canary('twice')).not.toBe(canary('twice'))
})
