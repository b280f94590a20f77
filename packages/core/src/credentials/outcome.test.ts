import { type ErrorCode, IntegrationInput } from '@sallyport/contract'
import { describe, expect, test } from 'vitest'
import { SallyportError } from '../error.ts'
import { schemeOf } from '../schemes/index.ts'
import { outcomeOf } from './outcome.ts'

function client(auth: object = {}, rest: object = {}) {
  const definition = IntegrationInput.parse({
    ...{ key: 'api', name: 'API', ...rest },
    auth: { type: 'oauth2', clientId: 'id', tokenUrl: 'https://a.test/token', ...auth },
  })
  return { definition, scheme: schemeOf(definition) }
}

describe('what a failure says of a provider', () => {
  test.each<[ErrorCode, string | undefined]>([
    ['account_needs_reconnect', 'answered'],
    ['upstream_unreachable', 'failed'],
    ['upstream_timeout', 'failed'],
    ['renewal_unavailable', 'failed'],
    ['malformed_token_response', 'failed'],
    ['token_refused', 'refused'],
    ['redirect_refused', 'refused'],
    ['internal', undefined],
    ['host_not_allowed', undefined],
  ])('%s: %s', (code, kind) => {
    expect(outcomeOf(client(), new SallyportError(code))?.kind).toBe(kind)
  })

  test('when it wants to be asked again', () => {
    const failure = new SallyportError('renewal_unavailable', { retryAfterSeconds: 7 })
    expect(outcomeOf(client(), failure)).toEqual({ kind: 'failed', retryAfterSeconds: 7 })
  })

  test.each<[string, ReturnType<typeof client>, string]>([
    ['the client is one for all', client(), 'refused'],
    ['each account has its client', client({ clientId: '{id}' }, { parameters: [{ name: 'id' }] }), 'failed'],
    [
      'each account has its host',
      client({ tokenUrl: 'https://{at}.a.test/token' }, { parameters: [{ name: 'at' }] }),
      'failed',
    ],
    [
      'requests are written out, with values that are not the account’s own',
      client({ tokenRequest: { body: { id: '{client.id}', code: '{code}' } } }),
      'refused',
    ],
  ])('that refuses a client, where %s', (_, of, kind) => {
    expect(outcomeOf(of, new SallyportError('token_refused'))?.kind).toBe(kind)
  })
})
