import { describe, expect, test } from 'vitest'
import { definitionFaults } from './definition-faults.ts'

const addresses = {
  authorizationUrl: 'https://a.example/authorize',
  tokenUrl: 'https://a.example/token',
}

function faults(auth: Readonly<Record<string, unknown>>): string[] {
  return definitionFaults({ clientId: 'client', ...auth }).map(({ path, code }) => `${path} ${code}`)
}

describe('addresses', () => {
  test.each<[auth: Record<string, unknown>, found: string[]]>([
    [addresses, []],
    [{ issuer: 'https://a.example' }, []],
    [{}, ['/auth/authorizationUrl required', '/auth/tokenUrl required']],
    [{ grant: 'authorization_code', tokenUrl: addresses.tokenUrl }, ['/auth/authorizationUrl required']],
    [{ grant: 'client_credentials' }, ['/auth/tokenUrl required']],
    [{ grant: 'client_credentials', tokenUrl: addresses.tokenUrl }, []],
    [{ ...addresses, grant: 'client_credentials' }, []],
  ])('of %j are missing %j', (auth, found) => {
    expect(faults(auth)).toEqual(found)
  })
})

const owned = [
  'response_type',
  'response_mode',
  'client_id',
  'redirect_uri',
  'state',
  'nonce',
  'code_challenge',
  'code_challenge_method',
  'resource',
  'request',
  'request_uri',
  'scope',
]

test('without an id there is no client, unless one is to be registered', () => {
  const codes = (auth: object) => definitionFaults({ ...addresses, ...auth }).map(({ path }) => path)
  expect(codes({})).toEqual(['/auth/clientId'])
  expect(codes({ registration: {}, issuer: 'https://provider.example' })).toEqual([])
})

describe('extra parameters', () => {
  test.each(owned)('%s belongs to the protocol, however it is written', (name) => {
    const written = [
      name,
      name.toUpperCase(),
      ` ${name} `,
      encodeURIComponent(name).replace(/e/g, '%65'),
      name.replace(/e/g, '%2565'),
      name.replace(/e/g, '%252565'),
    ]
    for (const each of written) {
      expect(faults({ ...addresses, authorizationParams: { [each]: 'x' } }), each).toEqual([
        `/auth/authorizationParams/${each} parameter_reserved`,
      ])
    }
  })

  test.each(owned)('%s cannot stand in the authorization address either', (name) => {
    const fault = ['/auth/authorizationUrl parameter_reserved']
    const base = addresses.authorizationUrl
    expect(faults({ ...addresses, authorizationUrl: `${base}?${name}=x` })).toEqual(fault)
    expect(faults({ ...addresses, authorizationUrl: `${base}?a=1&${name.toUpperCase()}` })).toEqual(fault)
    expect(faults({ ...addresses, authorizationUrl: `${base}?a=1?&${name}=x` })).toEqual(fault)
    expect(faults({ ...addresses, authorizationUrl: `${base}?${name.replace(/e/g, '%65')}=x` })).toEqual(
      fault,
    )
  })

  test.each([
    'prompt',
    'access_type',
    'audience',
    'login_hint',
    'states',
    'my_state',
    'client',
    'claims',
    '%',
    'code',
  ])('%s passes', (name) => {
    expect(faults({ ...addresses, authorizationParams: { [name]: 'x' } })).toEqual([])
    expect(faults({ ...addresses, authorizationUrl: `${addresses.authorizationUrl}?${name}=state` })).toEqual(
      [],
    )
  })

  test('each one that is owned is named, its path escaped', () => {
    const authorizationParams = { state: 'x', prompt: 'y', 'nonce%2f': 'z', 'code_challenge/~': 'w' }
    expect(faults({ ...addresses, authorizationParams })).toEqual([
      '/auth/authorizationParams/state parameter_reserved',
      '/auth/authorizationParams/code_challenge~1~0 parameter_reserved',
    ])
  })

  test.each<[given: unknown]>([[null], ['state'], [5], [undefined], [['state']]])(
    'parameters that are %j break nothing',
    (authorizationParams) => {
      expect(faults({ ...addresses, authorizationParams })).toEqual([])
    },
  )

  test('an address that is no text breaks nothing', () => {
    expect(faults({ ...addresses, authorizationUrl: 5 })).toEqual([])
  })
})
