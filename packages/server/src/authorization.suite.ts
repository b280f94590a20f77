import { cookieJar, type LoopbackProvider, loopbackProvider } from '@sallyport/testkit'
import { onTestFinished } from 'vitest'
import { startSallyport, type TestReply, type TestSallyport } from './sallyport.suite.ts'

/** Somebody with a browser that keeps cookies and follows no redirect by itself. */
export interface Person {
  get(url: string | URL, headers?: Readonly<Record<string, string>>): Promise<BrowserReply>
  /** Opens the start page, and returns the provider's address to which it leads. */
  toProvider(authorizationUrl: string): Promise<URL>
  /** Consents at the provider, and returns the callback's address without opening it. */
  toCallback(authorizationUrl: string): Promise<URL>
  /** All the way; the last reply that is not a redirect to one of our own pages. */
  finish(authorizationUrl: string): Promise<BrowserReply>
}

export interface BrowserReply {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly cookies: readonly string[]
  /** Where a redirect leads; empty when there is none. */
  readonly location: string
}

/** A browser with nothing in it. */
export function person(): Person {
  const jar = cookieJar()
  const get: Person['get'] = async (url, headers = {}) => {
    const cookie = jar.header(url)
    const reply = await fetch(url, {
      redirect: 'manual',
      headers: { ...(cookie !== undefined && { cookie }), ...headers },
    })
    const cookies = reply.headers.getSetCookie()
    for (const each of cookies) jar.set(url, each)
    const { status, headers: received } = reply
    const location = new URL(received.get('location') ?? '', url).href
    return {
      status,
      headers: received,
      text: await reply.text(),
      cookies,
      location: received.has('location') ? location : '',
    }
  }
  const toProvider: Person['toProvider'] = async (authorizationUrl) => {
    const start = await get(authorizationUrl)
    if (start.status !== 303) throw new Error(`The start page answered ${start.status}: ${start.text}`)
    return new URL(start.location)
  }
  const toCallback: Person['toCallback'] = async (authorizationUrl) => {
    const consent = await get(await toProvider(authorizationUrl))
    return new URL(consent.location)
  }
  return {
    get,
    toProvider,
    toCallback,
    async finish(authorizationUrl) {
      const callback = await get(await toCallback(authorizationUrl))
      const isOurs = callback.location.startsWith(new URL(authorizationUrl).origin)
      return isOurs ? get(callback.location) : callback
    },
  }
}

/** A definition of the authorization code grant at a loopback provider. */
export function codeDefinition(
  { origin }: Pick<LoopbackProvider, 'origin'>,
  auth: Readonly<Record<string, unknown>> = {},
  key = 'loop',
) {
  return {
    key,
    name: 'Loopback',
    baseUrl: `${origin}/api`,
    auth: {
      type: 'oauth2',
      authorizationUrl: `${origin}/authorize`,
      tokenUrl: `${origin}/token`,
      scopes: ['read', 'write'],
      clientId: 'client',
      clientSecret: 'client-secret',
      ...auth,
    },
  }
}

/** A Sallyport and a provider, stopped with the test. */
export interface Scene {
  readonly sallyport: TestSallyport
  readonly provider: LoopbackProvider
  /** Stores a definition; the reply's body, or an error that says what was wrong with it. */
  define(definition: ReturnType<typeof codeDefinition>): Promise<TestReply['body']>
  /** A new account's id. */
  account(integration?: string): Promise<string>
  /** What `GET /v1/accounts/{id}` shows. */
  read(id: string): Promise<TestReply['body']>
  /** The start page's address. */
  authorize(id: string, input?: Readonly<Record<string, unknown>>): Promise<string>
  /** Lists return URLs of the environment `development`. */
  listReturnUrls(...returnUrls: string[]): Promise<void>
}

/** Starts both; `definition` is stored with what `auth` changes of it, unless that is `null`. */
export async function scene(
  options: {
    readonly auth?: Readonly<Record<string, unknown>> | null
    readonly behaviour?: Partial<LoopbackProvider['behaviour']>
    readonly environment?: Readonly<Record<string, string>>
    readonly clock?: { now(): number }
  } = {},
): Promise<Scene> {
  const provider = await loopbackProvider({ ...(options.behaviour && { behaviour: options.behaviour }) })
  onTestFinished(provider.close)
  const sallyport = await startSallyport(options.environment, undefined, options.clock)
  onTestFinished(() => sallyport.close())
  const ok = async (reply: Promise<TestReply>, status: number) => {
    const { status: got, text, body } = await reply
    if (got !== status) throw new Error(`${got} instead of ${status}: ${text}`)
    return body
  }
  const made: Scene = {
    sallyport,
    provider,
    define: (definition) => ok(sallyport.request('POST', '/v1/integrations', definition), 201),
    account: async (integration = 'loop') =>
      (await ok(sallyport.request('POST', '/v1/accounts', { integration, name: 'Ann' }), 201)).id,
    read: (id) => ok(sallyport.request('GET', `/v1/accounts/${id}`), 200),
    authorize: async (id, input = {}) =>
      (await ok(sallyport.request('POST', `/v1/accounts/${id}/authorize`, input), 201)).authorizationUrl,
    async listReturnUrls(...returnUrls) {
      await ok(sallyport.request('PATCH', '/v1/environments/development', { returnUrls }), 200)
    },
  }
  if (options.auth !== null) await made.define(codeDefinition(provider, options.auth ?? {}))
  return made
}

/** Somebody at the callback's door, and the cookie that the door wants, also after it was taken away. */
export async function atTheDoor({ account, authorize }: Scene, input = {}) {
  const id = await account()
  const ann = person()
  const start = await ann.get(await authorize(id, input))
  const consent = await ann.get(start.location)
  return {
    id,
    ann,
    callback: new URL(consent.location),
    cookie: (start.cookies[0] ?? '').split(';')[0] ?? '',
  }
}

/** The page that a callback ends at, ours or the one that refuses it. */
export async function ending(ann: Person, callback: URL | string) {
  const end = await ann.get(callback)
  return end.location === '' ? end : ann.get(end.location)
}
