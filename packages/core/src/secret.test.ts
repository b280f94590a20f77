import { format, inspect } from 'node:util'
import { expect, test } from 'vitest'
import { Secret } from './secret.ts'

const secret = new Secret('canary')

test('a secret gives its value to those who ask for it by name', () => {
  expect(secret.reveal()).toBe('canary')
})

test.each<[way: string, text: () => string]>([
  ['text', () => `${secret}`],
  ['joining', () => [secret, 'x'].join()],
  ['JSON', () => JSON.stringify({ deep: [secret] })],
  ['inspection', () => inspect({ deep: { secret } }, { depth: 9, showHidden: true, getters: true })],
  ['inspection without its own say', () => inspect(secret, { customInspect: false, showHidden: true })],
  ['a format of the console', () => format('%s %o %j', secret, secret, secret)],
  [
    'its own properties',
    () => JSON.stringify(Object.entries(secret)) + Object.getOwnPropertyNames(secret).join(),
  ],
  ['a copy', () => JSON.stringify({ ...secret })],
  ['a structured clone', () => JSON.stringify(structuredClone(secret))],
  ['the message of an error', () => new Error(String(secret)).message],
])('a secret does not leak by %s', (_, text) => {
  expect(text()).not.toContain('canary')
})
