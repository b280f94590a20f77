import { describe, expect, test } from 'vitest'
import { begin } from './authorize.ts'
import { answering, oauth2Connection } from './connection.suite.ts'
import { definitionFaults } from './definition-faults.ts'
import { oauth2Scheme } from './scheme.ts'
import { requestToken } from './token-request.ts'

const asked = [{ type: 'payment', actions: ['read', 'initiate'], account: '{account}' }]
const authOf = (details: unknown) => ({
  authorizationParams: {
    authorization_details: typeof details === 'string' ? details : JSON.stringify(details),
  },
})
const token = { access_token: 'a', token_type: 'bearer' }

describe('authorization_details (RFC 9396)', () => {
  test.each([
    'x',
    '{}',
    '[]',
    '{"type":"a"}',
    '[1]',
    '[{"typ":"a"}]',
    '[{"type":""}]',
    '[{"type":"a"},null]',
    '[{"type":"a","type":"b"}]',
  ])('%s is refused when the definition is saved', (details) => {
    const auth = { clientId: 'c', issuer: 'https://as.example', ...authOf(details) }
    expect(definitionFaults(auth).map(({ path }) => path)).toEqual([
      '/auth/authorizationParams/authorization_details',
    ])
    expect(definitionFaults({ ...auth, ...authOf(asked) })).toEqual([])
  })

  test('hold an account’s value in its string, whatever is in it', async () => {
    const account = 'x","type":"everything'
    const { url } = await begin(answering().ports, oauth2Connection(authOf(asked), { account }), {
      redirectUri: 'https://passage.example/callback/int_1',
      state: 's',
    })
    const sent = new URL(url).searchParams.get('authorization_details') ?? ''
    expect(JSON.parse(sent)).toEqual([{ ...asked[0], account }])
  })

  test('are compared only so far: what both sides write to take for ever counts as less', () => {
    const warnings = (count: number) => {
      const list = Array.from({ length: count }, (_, index) => index)
      const granted = JSON.stringify([{ type: 'a', list: list.toReversed() }])
      const definition = { auth: authOf([{ type: 'a', list }]) } as never
      const account = { generation: 1, kept: { authorization_details: granted } }
      return oauth2Scheme.warnings?.(definition, account).map(({ code }) => code)
    }
    expect(warnings(100)).toEqual([])
    expect(warnings(1000)).toEqual(['authorization_details_reduced'])
  })

  const grants: [string, unknown, boolean][] = [
    ['all', [{ ...asked[0], account: 'DE1' }], false],
    ['more', [{ type: 'other' }, { ...asked[0], account: 'DE1', limit: 5 }], false],
    ['fewer actions', [{ ...asked[0], account: 'DE1', actions: ['read'] }], true],
    ['another type', [{ ...asked[0], type: 'other', account: 'DE1' }], true],
    ['no account', [{ ...asked[0], account: undefined }], true],
    ['no words about it', undefined, true],
  ]
  test.each(grants)(
    'of which the provider grants %s are kept as granted, and less is flagged',
    async (_, granted, flagged) => {
      const connection = oauth2Connection(authOf(asked), { account: 'DE1' })
      const { ports } = answering({ body: { ...token, authorization_details: granted } })
      const { kept = {} } = await requestToken(ports, connection, {
        grantType: 'authorization_code',
        parameters: { code: 'c' },
        scopes: [],
      })
      expect(kept.authorization_details).toBe(granted === undefined ? undefined : JSON.stringify(granted))
      const warnings = oauth2Scheme.warnings?.(connection.definition, { generation: 1, kept }) ?? []
      expect(warnings.map(({ code }) => code)).toEqual(flagged ? ['authorization_details_reduced'] : [])
    },
  )

  test('that nobody asked for are not kept, and an account that waits is not flagged', async () => {
    const { ports } = answering({ body: { ...token, authorization_details: [{ type: 'a' }] } })
    const { kept } = await requestToken(ports, oauth2Connection(), {
      grantType: 'authorization_code',
      parameters: { code: 'c' },
      scopes: [],
    })
    expect(kept).toEqual({})
    const { definition } = oauth2Connection(authOf(asked), { account: 'DE1' })
    expect(oauth2Scheme.warnings?.(definition, { generation: 0, kept: {} })).toEqual([])
  })
})

describe('resources (RFC 8707)', () => {
  const resource = ['https://api.example/', 'https://{tenant}.example/v1']
  const both = ['https://api.example/', 'https://acme.example/v1']

  test('are named to the provider’s page, each as its own parameter', async () => {
    const { url } = await begin(answering().ports, oauth2Connection({ resource }, { tenant: 'acme' }), {
      redirectUri: 'https://passage.example/callback/int_1',
      state: 's',
    })
    expect(new URL(url).searchParams.getAll('resource')).toEqual(both)
  })

  test.each(['authorization_code', 'refresh_token', 'client_credentials'])(
    'are named in a token request by %s',
    async (grantType) => {
      const { ports, sent } = answering({ body: token })
      await requestToken(ports, oauth2Connection({ resource }, { tenant: 'acme' }), {
        grantType,
        parameters: {},
        scopes: [],
      })
      expect(new URLSearchParams(String(sent[0]?.body)).getAll('resource')).toEqual(both)
    },
  )

  test.each(['api', '/v1', 'https://api.example/#part', '//api.example'])(
    '%s is refused when the definition is saved',
    (bad) => {
      const auth = { clientId: 'c', issuer: 'https://as.example', resource: [...resource, bad] }
      expect(definitionFaults(auth).map(({ path }) => path)).toEqual(['/auth/resource/2'])
    },
  )
})
