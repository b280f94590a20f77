import type { Definition } from '@sallyport/contract'
import { expect, test } from 'vitest'
import { formOf } from './account-form.ts'

const shown = (definition: object) => {
  const { connects, secret, tokens, canBeTried } = formOf(
    { key: 'api', name: 'API' },
    definition as Definition,
  )
  const names = secret.map(({ name, required }) => `${name}${required ? '!' : ''}`)
  return [connects, names.join(' '), tokens.map(({ name }) => name).join(' '), canBeTried]
}

const held = 'accessToken refreshToken expiresAt scope'
const test_ = { method: 'GET', path: '/me', status: 200 }

test.each<[auth: object, rest: object, expected: readonly unknown[]]>([
  [{ type: 'api_token' }, { test: test_ }, ['given', 'token!', '', true]],
  [
    { type: 'api_token' },
    { placement: { in: 'query', name: 'k', template: 'fixed' } },
    ['given', '', '', false],
  ],
  [{ type: 'basic' }, {}, ['given', 'username password', '', false]],
  [{ type: 'basic', username: '{email}/token' }, {}, ['given', 'password', '', false]],
  [{ type: 'oauth2', grant: 'authorization_code' }, {}, ['authorized', '', held, false]],
  [{ type: 'oauth2', grant: 'device_code' }, {}, ['authorized', '', held, false]],
  [{ type: 'oauth2', grant: 'client_credentials' }, {}, ['fetched', '', held, true]],
  [{ type: 'oauth2', grant: 'password' }, {}, ['fetched', 'username! password!', held, true]],
  [{ type: 'custom_token' }, {}, ['fetched', '', '', true]],
  [{ type: 'sftp' }, {}, ['given', 'username! password privateKey passphrase', '', true]],
  [{ type: 'aws_sigv4' }, {}, ['given', 'accessKeyId! secretAccessKey! sessionToken', '', false]],
  [{ type: 'hmac', key: '{secret.key}' }, {}, ['given', 'key!', '', false]],
  [{ type: 'hmac', key: '{shared}' }, {}, ['given', '', '', false]],
  [{ type: 'jwt' }, {}, ['given', '', '', false]],
])('of %j %j a form asks for what the definition uses', (auth, rest, expected) => {
  expect(shown({ auth, ...rest })).toEqual(expected)
})

test('each field has a label in words, and a key of several lines is known', () => {
  const { secret } = formOf({ key: 'files', name: 'Files' }, { auth: { type: 'sftp' } } as Definition)
  expect(secret.map(({ label }) => label)).toEqual([
    ...['User name', 'Password', 'Private key', 'Passphrase of the private key'],
  ])
  expect(secret.filter(({ multiline }) => multiline).map(({ name }) => name)).toEqual(['privateKey'])
  expect(secret.filter(({ shown }) => shown).map(({ name }) => name)).toEqual(['username'])
})

test('what the catalogue calls a secret is what people find at the provider', () => {
  const entry = { secret: { token: { label: 'Personal access token', help: 'Under Settings.' } } }
  const { secret } = formOf({ key: 'a', name: 'A' }, { auth: { type: 'api_token' } } as Definition, entry)
  expect(secret).toMatchObject([{ label: 'Personal access token', help: 'Under Settings.' }])
})
