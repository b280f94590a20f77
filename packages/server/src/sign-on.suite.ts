import { type FakeClock, loopbackProvider } from '@sallyport/testkit'
import { onTestFinished } from 'vitest'
import { type Departure, json, published, signedToken } from './identity-token.suite.ts'
import { type OwnSallyport, type PageReply, startWithoutKey, type TestBrowser } from './people.suite.ts'

type Claims = Readonly<Record<string, unknown>>

/** An OpenID provider that says of whoever comes whatever a test wants. */
export async function scriptedProvider(clock: FakeClock) {
  const provider = await loopbackProvider()
  onTestFinished(provider.close)
  const issuer = provider.origin
  provider.script('GET /.well-known/oauth-authorization-server', { status: 404 })
  provider.script(
    'GET /.well-known/openid-configuration',
    json({
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/keys`,
      authorization_response_iss_parameter_supported: true,
    }),
  )
  provider.script('GET /keys', json(published))
  return {
    issuer,
    /** How many codes were redeemed. */
    redeemed: () => provider.received('POST /token').length,
    /** What the id_token says from now on, for the browser that has this nonce. */
    says(claims: Claims, nonce: string | null, departure: Departure = {}) {
      const now = Math.floor(clock.now() / 1000)
      const standard = { iss: issuer, aud: 'client', iat: now, exp: now + 300, nonce }
      const idToken = () => signedToken({ ...departure, claims: { ...standard, ...claims } })
      provider.script('POST /token', () =>
        json({ access_token: 'access', token_type: 'Bearer', id_token: idToken() }),
      )
    },
  }
}

type ScriptedProvider = Awaited<ReturnType<typeof scriptedProvider>>

/** A Sallyport with an owner, who can let providers and people in. */
export async function signOnScene() {
  const sallyport = await startWithoutKey({ SALLYPORT_ALLOWED_PRIVATE_CIDRS: '127.0.0.0/8' })
  onTestFinished(() => sallyport.close())
  const owner = await sallyport.ownersBrowser()
  const ok = async (method: string, path: string, body?: unknown): Promise<PageReply['body']> => {
    const reply = await owner.json(method, path, body)
    if (reply.status >= 300) throw new Error(`${reply.status}: ${reply.text}`)
    return reply.body
  }
  let count = 0
  return {
    sallyport,
    owner,
    ok,
    /** Lets people log in by it; its id. */
    async trust({ issuer }: Pick<ScriptedProvider, 'issuer'>, fields: Claims = {}): Promise<string> {
      count += 1
      const client = { issuer, clientId: 'client', clientSecret: 'client-secret' }
      const input = { key: `idp${count}`, name: `Provider ${count}`, ...client, ...fields }
      return (await ok('POST', '/v1/identity-providers', input)).id
    },
    users: async (): Promise<{ id: string; email: string; role: string }[]> =>
      (await ok('GET', '/v1/users')).items,
    /** A new browser of somebody who was invited and chose a password. */
    async join(sallyport: OwnSallyport, email: string, role: string) {
      const { url } = await ok('POST', '/v1/invitations', { email, role })
      const browser = sallyport.browser()
      const reply = await browser.post(new URL(url).pathname, { name: 'Joined', password: joinedPassword })
      if (reply.status !== 303) throw new Error(reply.text)
      return browser
    },
  }
}

export const joinedPassword = 'quite some words together'

/** A browser on its way: what it would tell the provider, and where it is sent back to. */
export interface Way {
  readonly page: URL
  readonly state: string
  readonly nonce: string
  /** The callback's path and query as the provider would have it, or otherwise. */
  callback(query?: Readonly<Record<string, string | undefined>>): string
}

/** Reads where a page sends its browser on to. */
export function wayOf(reply: PageReply, issuer: string): Way {
  const address = /^0; url=(.*)$/.exec(reply.headers.get('refresh') ?? '')?.[1]
  if (reply.status !== 200 || address === undefined) throw new Error(`${reply.status}: ${reply.text}`)
  const page = new URL(address)
  const asked = (name: string) => page.searchParams.get(name) ?? ''
  const state = asked('state')
  return {
    page,
    state,
    nonce: asked('nonce'),
    callback(query = {}) {
      const answer = Object.entries({ code: 'code', state, iss: issuer, ...query })
      const given = answer.filter((pair): pair is [string, string] => pair[1] !== undefined)
      return `${new URL(asked('redirect_uri')).pathname}?${new URLSearchParams(given)}`
    },
  }
}

/** Somebody presses the provider's button of the log-in page. */
export async function begin(browser: TestBrowser, provider: string, issuer: string): Promise<Way> {
  return wayOf(await browser.post('/login/sso', { provider }), issuer)
}

/** All the way; `claims` is what the provider says. */
export async function signOn(
  browser: TestBrowser,
  provider: { readonly id: string; readonly scripted: ScriptedProvider },
  claims: Claims,
  departure: Departure = {},
): Promise<PageReply> {
  const way = await begin(browser, provider.id, provider.scripted.issuer)
  provider.scripted.says(claims, way.nonce, departure)
  return browser.get(way.callback(), { 'sec-fetch-site': 'cross-site' })
}

/** As a provider speaks of her. */
export const ann = { sub: 'ann', email: 'ann@example.com', email_verified: true, name: 'Ann' }

/** The same with one provider, by which new people become developers unless `fields` say otherwise. */
export async function providerScene(
  fields: Readonly<Record<string, unknown>> = { defaultRole: 'developer' },
) {
  const made = await signOnScene()
  const scripted = await scriptedProvider(made.sallyport.clock)
  const provider = { id: await made.trust(scripted, fields), scripted }
  return {
    ...made,
    scripted,
    provider,
    login: (claims: object) => signOn(made.sallyport.browser(), provider, { ...claims }),
  }
}

/** Who is logged in. */
export const me = async (browser: TestBrowser) => (await browser.json('GET', '/v1/users/me')).body
export const emails = (users: readonly { email: string }[]) => users.map(({ email }) => email).sort()
