import { type OidcServerOptions, oidcServer } from '@sallyport/testkit'
import { onTestFinished } from 'vitest'
import { startSallyport, type TestReply } from './sallyport.suite.ts'

/** A Sallyport and a certified OpenID provider that knows its redirect URI. */
export async function oidcScene(
  options: OidcServerOptions & {
    readonly clock?: { now(): number }
    /** What the definition says besides. */
    readonly auth?: Readonly<Record<string, unknown>>
  } = {},
) {
  const sallyport = await startSallyport({}, undefined, options.clock)
  onTestFinished(() => sallyport.close())
  const ok = async (method: string, path: string, body?: unknown): Promise<TestReply['body']> => {
    const reply = await sallyport.request(method, path, body)
    if (reply.status >= 300) throw new Error(`${reply.status}: ${reply.text}`)
    return reply.body
  }
  // The redirect URI holds the integration's id, so the provider is registered second and defined last.
  const place = { key: 'oidc', name: 'OpenID', baseUrl: 'https://placeholder.example.com' }
  const { redirectUri } = await ok('POST', '/v1/integrations', {
    ...place,
    auth: { type: 'oauth2', issuer: 'https://placeholder.example.com', clientId: 'x' },
  })
  const server = await oidcServer({ redirectUris: [redirectUri], ...options })
  onTestFinished(server.close)
  await ok('PATCH', '/v1/integrations/oidc', {
    baseUrl: server.origin,
    auth: { issuer: server.origin, scopes: ['openid', 'read'], ...server.confidential, ...options.auth },
  })
  return {
    sallyport,
    server,
    redirectUri: redirectUri as string,
    ok,
    account: async (integration = 'oidc') =>
      (await ok('POST', '/v1/accounts', { integration, name: 'Ann' })).id as string,
    authorize: async (id: string) =>
      (await ok('POST', `/v1/accounts/${id}/authorize`)).authorizationUrl as string,
    read: (id: string) => ok('GET', `/v1/accounts/${id}`),
  }
}
