import { type FakeClock, fakeClock, type LoopbackProvider, loopbackProvider } from '@sallyport/testkit'
import { onTestFinished } from 'vitest'
import { json } from './canary.suite.ts'
import { startSallyport, type TestReply, type TestSallyport } from './sallyport.suite.ts'

export { json }

/** A provider whose login is a request of its own shape, a Sallyport beside it, and one clock. */
export interface LoginScene {
  readonly provider: LoopbackProvider
  readonly sallyport: TestSallyport
  readonly clock: FakeClock
  /** Stores a definition with this `auth`; its origin stands for `https://dir.example.com` in it. */
  define(definition: Readonly<Record<string, unknown>>): Promise<void>
  /** Connects an account to the definition that was stored last: what POST answered. */
  connect(parameters?: Readonly<Record<string, string>>): Promise<TestReply['body']>
  read(id: string): Promise<TestReply['body']>
  call(id: string, path?: string): Promise<TestReply>
}

/** The login of most tests: `directory` of the documentation, but for the host. */
export const directory = {
  key: 'directory',
  name: 'Directory',
  baseUrl: 'https://dir.example.com',
  parameters: [
    { name: 'user', required: true },
    { name: 'password', required: true, secret: true },
  ],
  auth: {
    type: 'custom_token',
    tokenUrl: 'https://dir.example.com/login',
    tokenMethod: 'POST',
    tokenRequest: { format: 'json', body: { user: '{user}', password: '{password}' } },
    tokenReply: { accessToken: '/data/token', expiresIn: '/data/ttl' },
  },
  placement: { in: 'header', name: 'X-Auth', template: '{token}' },
} as const

/** The directory with other fields of its `auth`. */
export function withAuth(
  auth: Readonly<Record<string, unknown>>,
  more: Readonly<Record<string, unknown>> = {},
) {
  return { ...directory, ...more, auth: { ...directory.auth, ...auth } }
}

/** What that login answers. */
export const given = (token: string, ttl: unknown = 3600) => json(200, { data: { token, ttl } })

export const ann = { user: 'ann', password: 'open sesame' }

export async function loginScene(environment: Readonly<Record<string, string>> = {}): Promise<LoginScene> {
  const clock = fakeClock()
  const provider = await loopbackProvider({ clock })
  const sallyport = await startSallyport(environment, undefined, clock)
  onTestFinished(() => sallyport.close())
  // Closed before Sallyport, which would wait for a login that hangs.
  onTestFinished(() => provider.close())
  let count = 0
  const ok = async (reply: Promise<TestReply>, status: number) => {
    const { status: got, text, body } = await reply
    if (got !== status) throw new Error(`${got} instead of ${status}: ${text}`)
    return body
  }
  provider.script('ANY /api/*', (request) => json(200, { sent: request.headers }))
  return {
    provider,
    sallyport,
    clock,
    async define(definition) {
      count += 1
      const text = JSON.stringify({ ...definition, key: `directory${count}` })
      const moved = text.replaceAll('https://dir.example.com', provider.origin)
      await ok(sallyport.request('POST', '/v1/integrations', moved), 201)
    },
    connect: (parameters = ann) =>
      ok(
        sallyport.request('POST', '/v1/accounts', {
          integration: `directory${count}`,
          name: 'Ann',
          parameters,
        }),
        201,
      ),
    read: (id) => ok(sallyport.request('GET', `/v1/accounts/${id}`), 200),
    call: (id, path = '/api/me') => sallyport.request('GET', `/proxy/${id}${path}`),
  }
}
