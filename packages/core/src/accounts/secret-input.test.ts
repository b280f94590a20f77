import { type Definition, IntegrationInput } from '@sallyport/contract'
import { fakeClock } from '@sallyport/testkit'
import { describe, expect, test } from 'vitest'
import { readSecretInput } from './secret-input.ts'

const clock = fakeClock()
const definitions: Readonly<Record<string, Definition>> = Object.fromEntries(
  [{ type: 'api_token' }, { type: 'basic' }, { type: 'oauth2', clientId: 'id' }].map((auth) => [
    auth.type,
    IntegrationInput.parse({ key: 'a', name: 'a', auth }),
  ]),
)

function read(type: string, given: Readonly<Record<string, unknown>> | undefined) {
  const definition = definitions[type]
  if (!definition) throw new Error(type)
  return readSecretInput(clock, definition, given)
}

describe('what an account’s owner gives', () => {
  test.each<[type: string, given: Record<string, unknown>, values: Record<string, string>]>([
    ['api_token', { token: 't' }, { token: 't' }],
    ['basic', { username: 'u', password: 'p' }, { username: 'u', password: 'p' }],
    ['basic', { username: '' }, { username: '' }],
  ])('%s takes %j', (type, given, values) => {
    const { credential, faults } = read(type, given)
    expect(faults).toEqual([])
    expect(credential.tokens).toBeUndefined()
    const texts = Object.entries(credential.secret).map(([name, secret]) => [name, secret.reveal()])
    expect(Object.fromEntries(texts)).toEqual(values)
  })

  test.each<[type: string, given: Record<string, unknown> | undefined, found: string[]]>([
    ['api_token', undefined, ['/secret/token required']],
    ['api_token', {}, ['/secret/token required']],
    ['api_token', { token: '' }, ['/secret/token too_small']],
    ['api_token', { token: 5 }, ['/secret/token wrong_type']],
    ['api_token', { token: 't', 'a/b': 1 }, ['/secret/a~1b unknown_field']],
    ['api_token', { token: 't\r\nX-Evil: 1' }, ['/secret/token value_refused']],
    ['basic', undefined, ['/secret required']],
    ['basic', { token: 't' }, ['/secret/token unknown_field']],
    ['oauth2', undefined, []],
    ['oauth2', {}, []],
    ['oauth2', { refreshToken: 'rt' }, ['/secret/accessToken required']],
    ['oauth2', { accessToken: 'at', expiresAt: 'tomorrow' }, ['/secret/expiresAt invalid_format']],
    ['oauth2', { accessToken: 'at\n' }, ['/secret/accessToken value_refused']],
  ])('%s given %j has the faults %j', (type, given, found) => {
    expect(read(type, given).faults.map(({ path, code }) => `${path} ${code}`)).toEqual(found)
  })

  test('what has faults is not kept', () => {
    expect(read('basic', { username: 'u', other: 1 }).credential).toEqual({ secret: {}, tokens: undefined })
  })

  test('no fault repeats the secret', () => {
    for (const type of Object.keys(definitions)) {
      const { faults } = read(type, { token: 'canary\n', accessToken: 'canary\n', password: { canary: 1 } })
      expect(faults.length).toBeGreaterThan(0)
      expect(JSON.stringify(faults)).not.toMatch(/canary/)
    }
  })
})

describe('living tokens', () => {
  test('are adopted as issued now, with their end and scopes', () => {
    const { credential, faults } = read('oauth2', {
      accessToken: 'at',
      refreshToken: 'rt',
      expiresAt: '2026-01-01T03:00:00+02:00',
      scope: 'a b',
    })
    expect(faults).toEqual([])
    expect(credential.secret).toEqual({})
    expect(credential.tokens).toMatchObject({
      tokenType: 'bearer',
      issuedAt: clock.now(),
      expiresAt: Date.UTC(2026, 0, 1, 1),
      scopes: ['a', 'b'],
    })
    expect(credential.tokens?.accessToken.reveal()).toBe('at')
    expect(credential.tokens?.refreshToken?.reveal()).toBe('rt')
  })

  test('without an end or a refresh token have none', () => {
    expect(read('oauth2', { accessToken: 'at' }).credential.tokens).toMatchObject({
      refreshToken: undefined,
      expiresAt: undefined,
      scopes: [],
    })
  })
})
