import { type FakeClock, fakeClock, type LoopbackProvider, loopbackProvider } from '@sallyport/testkit'
import { onTestFinished } from 'vitest'
import { startSallyport, type TestSallyport } from './sallyport.suite.ts'

const second = 1000

/** What one client of the provider was asked for, and how its refresh tokens were used. */
export interface Client {
  /** Renewals, answered or not. */
  requests: number
  /** Most of them within a second of the clock. */
  most: number
  /** Refresh tokens that were sent though they had been replaced: a strict provider would end the account. */
  reuses: number
}

/** A provider with strict rotation, and Sallyports that hold many accounts of its clients; all by one clock. */
export interface Background {
  readonly provider: LoopbackProvider
  readonly clock: FakeClock
  client(key: string): Client
  /** Defines an integration, and connects so many accounts with tokens of an hour; their ids. */
  connect(key: string, accounts: number, renewal?: object): Promise<readonly string[]>
  /** Lets so many seconds pass, and has each node do what is due in each, or in every few of them. */
  pass(seconds: number, every?: number): Promise<void>
  generations(ids: readonly string[]): Promise<readonly number[]>
  /** How often each type of event happened. */
  told(): Promise<Readonly<Record<string, number>>>
  readonly sallyport: TestSallyport
}

export async function background(
  start: (clock: FakeClock) => Promise<readonly TestSallyport[]> = async (clock) => [
    await startSallyport({}, undefined, clock),
  ],
): Promise<Background> {
  const clock = fakeClock()
  const provider = await loopbackProvider({ clock })
  const nodes = await start(clock)
  const [sallyport] = nodes
  if (!sallyport) throw new Error('There is no node.')
  onTestFinished(async () => {
    await Promise.all(nodes.map((node) => node.close()))
  })
  // Closed before Sallyport, which would wait for renewals that hang.
  onTestFinished(() => provider.close())
  const clients = new Map<string, Client>()
  const client = (key: string) => {
    const known = clients.get(key) ?? { requests: 0, most: 0, reuses: 0 }
    clients.set(key, known)
    return known
  }
  strictRotation(provider, clock, client)

  return {
    ...{ provider, clock, client, sallyport },
    async connect(key, accounts, renewal = {}) {
      const defined = await sallyport.request('POST', '/v1/integrations', {
        ...{ key, name: key, baseUrl: `${provider.origin}/api` },
        auth: {
          ...{ type: 'oauth2', clientId: key, clientSecret: 'client-secret', renewal },
          authorizationUrl: `${provider.origin}/authorize`,
          tokenUrl: `${provider.origin}/token`,
          clientAuthentication: 'body',
        },
      })
      if (defined.status !== 201) throw new Error(defined.text)
      const ids: string[] = []
      for (let index = 0; index < accounts; index += 1) {
        const secret = {
          accessToken: `${key}-${index}`,
          refreshToken: `${key}.${index}.1`,
          expiresAt: new Date(clock.now() + 3600 * second).toISOString(),
        }
        const made = await sallyport.request('POST', '/v1/accounts', {
          ...{ integration: key, name: `${index}`, secret },
        })
        if (made.status !== 201) throw new Error(made.text)
        ids.push(made.body.id)
      }
      return ids
    },
    async pass(seconds, every = 1) {
      for (let passed = 0; passed < seconds; passed += every) {
        clock.advance(every * second)
        await Promise.all(nodes.map((node) => node.runDue()))
      }
    },
    generations: (ids) =>
      Promise.all(
        ids.map(async (id) => (await sallyport.request('GET', `/v1/accounts/${id}`)).body.generation),
      ),
    async told() {
      const counts: Record<string, number> = {}
      let cursor = ''
      do {
        const reply = await sallyport.request('GET', `/v1/events?type=account&limit=100${cursor}`)
        for (const { type } of reply.body.items) counts[type] = (counts[type] ?? 0) + 1
        cursor = reply.body.nextCursor ? `&cursor=${encodeURIComponent(reply.body.nextCursor)}` : ''
      } while (cursor !== '')
      return counts
    },
  }
}

/** Refresh tokens are `client.account.number`, and each is good once. */
function strictRotation(provider: LoopbackProvider, clock: FakeClock, client: (key: string) => Client): void {
  const next = new Map<string, number>()
  const inSecond = new Map<string, number>()
  provider.script('POST /token', ({ form }) => {
    const [key = '', account = '', number = ''] = (form.get('refresh_token') ?? '').split('.')
    const record = client(key)
    record.requests += 1
    const now = `${key} ${Math.floor(clock.now() / second)}`
    inSecond.set(now, (inSecond.get(now) ?? 0) + 1)
    record.most = Math.max(record.most, inSecond.get(now) ?? 0)
    const fault = faultOf.get(provider)?.(key)
    if (fault) return fault
    const owner = `${key}.${account}`
    const wanted = next.get(owner) ?? 1
    if (Number(number) !== wanted) {
      record.reuses += 1
      return { status: 400, body: '{"error":"invalid_grant"}' }
    }
    next.set(owner, wanted + 1)
    const tokens = { access_token: `${key}-${account}-${wanted + 1}`, token_type: 'Bearer', expires_in: 3600 }
    return {
      status: 200,
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ ...tokens, refresh_token: `${owner}.${wanted + 1}` }),
    }
  })
}

type Fault = Parameters<LoopbackProvider['script']>[1]
type Answer = Extract<Fault, { readonly status?: number }>
const faultOf = new WeakMap<LoopbackProvider, (client: string) => Answer | undefined>()

/** Has renewals of a client, or of each one, fail until what it returns is called. */
export function failing({ provider }: Background, fault: Answer, client?: string): () => void {
  faultOf.set(provider, (key) => (client === undefined || key === client ? fault : undefined))
  return () => void faultOf.delete(provider)
}
