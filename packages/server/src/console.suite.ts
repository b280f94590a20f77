import { type LoopbackProvider, loopbackProvider } from '@sallyport/testkit'
import { expect } from 'vitest'
import { keyed, oauth } from './endpoints/rest.suite.ts'
import { startWithoutKey } from './people.suite.ts'

/** What would run, load or break out, were it anywhere taken for markup. */
export const naughty = `"'><img src=x onerror="document.title='ran'"><script>document.title='ran'</script>{{7*7}}`

const test = { method: 'GET', path: '/me' }

/** A Sallyport with people, accounts of every status, and an hour of calls behind it. */
export async function consoleScene() {
  const provider = await loopbackProvider()
  const sallyport = await startWithoutKey({ SALLYPORT_ALLOWED_PRIVATE_CIDRS: '127.0.0.0/8' })
  const owner = await sallyport.ownersBrowser()
  const make = async (path: string, body: unknown) => {
    const reply = await owner.json('POST', path, body)
    expect(reply.status, reply.text).toBe(201)
    return reply.body
  }
  const { origin } = provider
  const integrations = {
    maps: keyed(origin, { name: 'City maps', test }),
    crm: oauth(
      origin,
      { scopes: ['contacts.read', 'contacts.write'], tokenReply: { keep: { user: '/user' } } },
      { name: 'Customers', test },
    ),
    files: { name: 'Files', auth: { type: 'sftp', host: '127.0.0.1' } },
    billing: oauth(origin, { grant: 'client_credentials' }, { name: 'Billing', test }),
    naughty: keyed(origin, {
      name: naughty,
      parameters: [{ name: 'tenant', label: naughty, help: naughty, required: true }],
    }),
  }
  for (const [key, definition] of Object.entries(integrations))
    await make('/v1/integrations', { key, ...definition })
  const account = async (integration: string, name: string, fields: object = {}) =>
    (await make('/v1/accounts', { integration, name, ...fields })) as { id: string; status: string }
  const ids = await accountsOf(account, provider, sallyport.clock.now())
  const { key } = await make('/v1/keys', { name: 'Shop', scopes: ['proxy:call'] })
  return {
    ...{ sallyport, provider, owner, ids },
    call: (id: string, path: string) =>
      owner.get(`/proxy/${id}${path}`, { authorization: `Bearer ${key}`, cookie: '' }),
    async close() {
      await Promise.all([sallyport.close(), provider.close()])
    },
  }
}

type Scene = Awaited<ReturnType<typeof consoleScene>>
type Account = (integration: string, name: string, fields?: object) => Promise<{ id: string; status: string }>

async function accountsOf(account: Account, provider: LoopbackProvider, now: number) {
  const after = (hours: number) => new Date(now + hours * 3_600_000).toISOString()
  const production = { environment: 'production' }
  const working = await account('maps', 'Store finder', {
    ...production,
    secret: { token: 'key' },
    tags: { team: 'web' },
  })
  const rejected = await account('maps', 'Delivery routes', { ...production, secret: { token: 'wrong' } })
  provider.script('GET /keyed/me', { status: 500 }, { times: 1 })
  const failing = await account('maps', 'Office map', { secret: { token: 'key' } })
  const expiring = await account('crm', 'Ada at Customers', {
    secret: { accessToken: 'living-access-token', expiresAt: after(30), scope: 'contacts.read' },
  })
  const pending = await account('crm', 'Grace at Customers')
  const renewable = await account('billing', 'Invoices', production)
  const odd = await account('naughty', naughty, {
    environment: 'qa',
    parameters: { tenant: naughty },
    secret: { token: 'key' },
    tags: { x: naughty },
  })
  for (let count = 1; count <= 52; count += 1) {
    await account('naughty', `Tenant ${String(count).padStart(2, '0')}`, {
      environment: 'qa',
      parameters: { tenant: 'x' },
      secret: { token: 'key' },
    })
  }
  const made = { working, rejected, failing, expiring, pending, renewable, odd }
  expect(Object.values(made).map(({ status }) => status)).toEqual([
    ...['connected', 'needs_reconnect', 'failing', 'expiring', 'pending', 'connected', 'connected'],
  ])
  return Object.fromEntries(Object.entries(made).map(([name, { id }]) => [name, id])) as Record<
    keyof typeof made,
    string
  >
}

/** An hour in which the API is called, now and then in vain. */
export async function callForAnHour({ call, ids, provider, sallyport }: Scene): Promise<void> {
  const busy = [1, 2, 1, 3, 4, 3, 5, 6, 4, 3, 2, 4, 5, 7, 6, 5, 3, 2]
  for (const [index, count] of busy.entries()) {
    if (index === 7) provider.script('GET /keyed/me', { status: 503 }, { times: 2 })
    if (index === 12) provider.script('GET /keyed/me', { status: 404 }, { times: 1 })
    for (let each = 0; each < count; each += 1) await call(ids.working, '/me')
    sallyport.clock.advance(180_000)
    await sallyport.runDue()
  }
}
