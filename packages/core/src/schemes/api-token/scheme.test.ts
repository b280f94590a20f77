import { type Definition, IntegrationInput, type Placement } from '@sallyport/contract'
import { describe, expect, test } from 'vitest'
import { createConnection } from '../../credentials/connection.ts'
import { Secret } from '../../secret.ts'
import { apiTokenScheme } from './scheme.ts'

const header: Placement = { in: 'header' }
const query: Placement = { in: 'query', name: 'k' }

function definitionWith(placement: Placement | Placement[] | undefined): Definition {
  return IntegrationInput.parse({
    key: 'a',
    name: 'a',
    auth: { type: 'api_token' },
    parameters: [{ name: 'user' }],
    ...(placement && { placement }),
  })
}

describe('an API token', () => {
  test.each<
    [placement: Placement | Placement[] | undefined, given: Record<string, unknown>, codes: string[]]
  >([
    [undefined, {}, ['required']],
    [undefined, { token: 't' }, []],
    [query, {}, ['required']],
    [{ in: 'header', template: '{secret.token}' }, {}, ['required']],
    [{ in: 'header', template: '{user}' }, {}, []],
    [{ in: 'header', template: '{{token}}' }, {}, []],
    [[{ in: 'header', template: '{user}' }, query], {}, ['required']],
    [header, { token: 'pasted\n' }, ['value_refused']],
    [header, { token: 'a\r\nX-Evil: 1' }, ['value_refused']],
    [header, { token: 'nul\0' }, ['value_refused']],
    [header, { token: 'tökén' }, ['value_refused']],
    [header, { token: 'with spaces and = signs' }, []],
    [query, { token: 'tökén\n' }, []],
    [[query, header], { token: 'tökén' }, ['value_refused']],
    [{ in: 'header', template: '{user}' }, { token: 'tökén' }, []],
  ])('placed by %j and given %j has the faults %j', (placement, given, codes) => {
    const faults = apiTokenScheme.secretFaults(definitionWith(placement), given)
    expect(faults.map(({ path, code }) => [path, code])).toEqual(codes.map((code) => ['/secret/token', code]))
  })

  test('goes where the definition says, under both of its names', () => {
    const definition = definitionWith(undefined)
    const policy = { allowedPrivate: [], exemptOrigins: new Set<string>() }
    const connection = createConnection({
      policy,
      definition,
      definitionSecrets: {},
      account: { parameters: { user: 'u' } },
      credential: { parameters: {} },
    })
    const credential = { secret: { token: new Secret('t') }, parameters: {}, tokens: undefined }
    const placements: Placement[] = [header, { in: 'query', name: 'k', template: '{user}:{secret.token}' }]
    expect(apiTokenScheme.place(connection, credential, placements)).toEqual({
      headers: [['Authorization', 'Bearer t']],
      query: [['k', 'u:t']],
    })
    expect(apiTokenScheme.token(credential)?.accessToken.reveal()).toBe('t')
    expect(apiTokenScheme.token({ ...credential, secret: {} })).toBeUndefined()
  })

  test('is given once, and not renewed', () => {
    const definition = definitionWith(undefined)
    expect(apiTokenScheme.connects(definition)).toBe('given')
    expect(apiTokenScheme.renewable(definition, undefined)).toBe(false)
    expect(apiTokenScheme.renew).toBeUndefined()
  })
})
