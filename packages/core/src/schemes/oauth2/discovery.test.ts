import { describe, expect, test } from 'vitest'
import { Recent } from '../../recent.ts'
import type { Issuer } from '../scheme.ts'
import { authorizationServer, type EndpointName } from './authorization-server.ts'
import { type Answer, answering, failureOf, oauth2Connection } from './connection.suite.ts'

const issuer = 'https://as.example/tenant'
const rfc8414 = 'https://as.example/.well-known/oauth-authorization-server/tenant'
const openId = 'https://as.example/tenant/.well-known/openid-configuration'
const none = { authorizationUrl: undefined, tokenUrl: undefined }
const published = {
  issuer,
  authorization_endpoint: 'https://as.example/authorize',
  token_endpoint: 'https://as.example/token',
  revocation_endpoint: 'https://as.example/revoke',
  device_authorization_endpoint: 'https://as.example/device',
  pushed_authorization_request_endpoint: 'https://as.example/par',
  registration_endpoint: 'https://as.example/register',
  introspection_endpoint: 'https://as.example/introspect',
  jwks_uri: 'https://as.example/jwks',
}
const names = Object.keys(published).filter((name) => name !== 'issuer') as EndpointName[]

const addressOf = ({ url }: { readonly url: { readonly origin: string; readonly path: string } }) =>
  `${url.origin}${url.path}`

async function asked(need: EndpointName, auth: Readonly<Record<string, unknown>>, ...answers: Answer[]) {
  const { ports, sent } = answering(...answers)
  const server = authorizationServer(ports, oauth2Connection(auth), need)
  const outcome = await server.catch((failure) => failure)
  return { outcome, addresses: sent.map(addressOf) }
}

describe('an endpoint', () => {
  test.each(names)('%s is found in what the issuer publishes (RFC 8414)', async (name) => {
    const { outcome, addresses } = await asked(name, { ...none, issuer }, { body: published })
    expect([outcome[name], addresses]).toEqual([published[name as keyof typeof published], [rfc8414]])
  })

  test('that the definition gives is taken from there, and nobody is asked', async () => {
    const given = {
      tokenUrl: 'https://a.example/token',
      revokeUrl: 'https://a.example/revoke',
      deviceUrl: 'https://a.example/device',
      parUrl: 'https://a.example/par',
      registrationUrl: 'https://a.example/register',
    }
    const needs = names.filter((name) => /^(token|revocation|device|pushed|registration)/.test(name))
    const found = await Promise.all(needs.map((need) => asked(need, { ...given, issuer })))
    expect(found.map(({ outcome, addresses }, index) => [outcome[needs[index] ?? ''], addresses])).toEqual(
      Object.values(given).map((url) => [url, []]),
    )
  })

  test('for clients that show a certificate is taken by them alone, where the issuer publishes one (RFC 8705 §5)', async () => {
    const aliased = {
      ...published,
      mtls_endpoint_aliases: {
        token_endpoint: 'https://mtls.as.example/token',
        issuer: 'https://evil.example',
      },
    }
    const ask = (clientAuthentication: string) =>
      asked('token_endpoint', { ...none, issuer, clientAuthentication }, { body: aliased })
    expect((await ask('tls')).outcome).toMatchObject({
      issuer,
      token_endpoint: 'https://mtls.as.example/token',
      revocation_endpoint: published.revocation_endpoint,
    })
    expect((await ask('none')).outcome.token_endpoint).toBe(published.token_endpoint)
  })

  test('that neither names is an error, unless servers may do without it', async () => {
    const bare = { body: { issuer, token_endpoint: published.token_endpoint } }
    const missing = await Promise.all(names.map((name) => asked(name, { ...none, issuer }, bare)))
    expect(missing.map(({ outcome }, index) => [names[index], outcome.code])).toEqual(
      names.map((name) => [
        name,
        /^(authorization|device|pushed|registration)/.test(name) ? 'upstream_unreachable' : undefined,
      ]),
    )
  })
})

describe('metadata', () => {
  const fallbacks: [string, Answer][] = [
    ['absent', { status: 404, body: '' }],
    ['a page', { headers: { 'content-type': 'text/html' }, body: '<html>' }],
    ['refused', { status: 403, body: '' }],
    ['a list', { body: [] }],
  ]
  test.each(fallbacks)('%s where RFC 8414 has it is looked for where OpenID has it', async (_, first) => {
    const { outcome, addresses } = await asked('token_endpoint', { ...none, issuer }, first, {
      body: published,
    })
    expect([outcome.token_endpoint, addresses]).toEqual([published.token_endpoint, [rfc8414, openId]])
  })

  test('absent in both places guess no address', async () => {
    const absent = { status: 404, body: '' }
    const { outcome, addresses } = await asked('token_endpoint', { ...none, issuer }, absent, absent)
    expect([outcome.code, addresses]).toEqual(['upstream_unreachable', [rfc8414, openId]])
  })

  test.each([`${issuer}/`, 'https://as.example', 'https://AS.example/tenant', 'https://evil.example', 7])(
    'of the issuer %j are another’s, and nothing else is asked',
    async (other) => {
      const { outcome, addresses } = await asked(
        'token_endpoint',
        { ...none, issuer },
        { body: { ...published, issuer: other } },
      )
      expect([outcome.code, addresses]).toEqual(['issuer_mismatch', [rfc8414]])
    },
  )

  test.each(names)('whose %s is no https address are refused whole', async (name) => {
    for (const address of ['http://as.example/x', 'javascript:alert(1)', '/x', ['https://as.example/x'], 7]) {
      const { outcome } = await asked(
        'token_endpoint',
        { ...none, issuer },
        { body: { ...published, [name]: address } },
      )
      expect([address, outcome.code]).toEqual([
        address,
        String(address).startsWith('http:') ? 'address_blocked' : 'upstream_unreachable',
      ])
    }
  })

  test('are remembered for a while, each issuer’s by its own name, and failures never', async () => {
    const other = 'https://as.example/other'
    const { ports, clock, sent } = answering(
      { status: 500, body: '' },
      { body: published },
      { body: { ...published, issuer: other } },
      { body: published },
    )
    const remembering = { ...ports, issuers: new Recent<Issuer>(clock, 10, 300_000) }
    const ask = (of: string) =>
      authorizationServer(remembering, oauth2Connection({ ...none, issuer: of }), 'token_endpoint')
    expect(await failureOf(ask(issuer))).toMatchObject({ code: 'upstream_unreachable' })
    for (const of of [issuer, issuer, other, issuer, other]) expect((await ask(of)).issuer).toBe(of)
    expect(sent).toHaveLength(3)
    clock.advance(300_000)
    await ask(issuer)
    expect(sent).toHaveLength(4)
  })

  test('that are remembered serve no definition that may not ask there', async () => {
    const { ports, clock } = answering({ body: published })
    const remembering = { ...ports, issuers: new Recent<Issuer>(clock, 10, 300_000) }
    await authorizationServer(remembering, oauth2Connection({ ...none, issuer }), 'token_endpoint')
    const narrow = oauth2Connection({ ...none, issuer })
    const elsewhere = {
      ...narrow,
      permit: () => {
        throw new Error('not there')
      },
    }
    await expect(authorizationServer(remembering, elsewhere, 'token_endpoint')).rejects.toThrow('not there')
  })
})
