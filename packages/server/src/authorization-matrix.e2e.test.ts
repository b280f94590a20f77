import { builtInRoleNames, type Endpoint, endpoints, type Scope, scopes } from '@sallyport/contract'
import { type LoopbackProvider, loopbackProvider } from '@sallyport/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Ask, type Sample, samples, Things, withoutSubject } from './authorization-samples.suite.ts'
import { testBrowser } from './people.suite.ts'
import { startSallyport, type TestReply, type TestSallyport } from './sallyport.suite.ts'

const rows = Object.entries<Endpoint>(endpoints).map(([name, endpoint]) => ({ name, endpoint }))

interface Organization {
  readonly id: string
  /** Its key that may do everything. */
  readonly ask: Ask
  readonly things: () => Things
}

let sallyport: TestSallyport
let provider: LoopbackProvider
let own: Organization
let foreign: Organization
let suspended: Organization
const roles = new Map<string, { readonly ask: Ask; readonly scopes: ReadonlySet<Scope> }>()
/** Bound to an environment that nothing of the samples lives in. */
let sibling: Ask

const asking =
  (key: string | null): Ask =>
  (method, path, body) =>
    sallyport.request(method, path, body, { key })

beforeAll(async () => {
  sallyport = await startSallyport({ SALLYPORT_INVALID_KEYS_PER_MINUTE: '1000' })
  provider = await loopbackProvider()
  own = await organization('Own')
  foreign = await organization('Foreign')
  suspended = await organization('Suspended')
  await sallyport.request('PATCH', `/v1/organizations/${suspended.id}`, { suspended: true })
  for (const name of builtInRoleNames) {
    const role = (await own.ask('GET', `/v1/roles/${name}`)).body
    const held = new Set<Scope>(role.scopes)
    roles.set(name, { ask: await keyed(role.scopes), scopes: held })
    roles.set(`${name}, logged in`, { ask: await loggedIn(name), scopes: held })
  }
  // A right that no row asks for.
  roles.set('none', { ask: await keyed(['proxy:call']), scopes: new Set(['proxy:call']) })
  sibling = await keyed(
    scopes.filter((scope) => scope !== 'organization:admin'),
    { environment: 'qa' },
  )
})
afterAll(async () => {
  await sallyport.close()
  await provider.close()
})

async function organization(name: string): Promise<Organization> {
  const { body } = await sallyport.request('POST', '/v1/organizations', { name })
  const ask = asking(body.key)
  const where = { organizationId: body.id, origin: provider.origin }
  return { id: body.id, ask, things: () => new Things(ask, where) }
}

async function keyed(held: readonly Scope[], limits: object = {}): Promise<Ask> {
  const reply = await own.ask('POST', '/v1/keys', { name: 'A role', scopes: held, ...limits })
  expect(reply.status, reply.text).toBe(201)
  return asking(reply.body.key)
}

/** Somebody of this role, by their session. */
async function loggedIn(role: string): Promise<Ask> {
  const invitation = await own.ask('POST', '/v1/invitations', { email: `${role}@example.com`, role })
  expect(invitation.status, invitation.text).toBe(201)
  const browser = testBrowser(sallyport.origin)
  const given = { name: role, password: 'a password of some length' }
  expect((await browser.post(new URL(invitation.body.url).pathname, given)).status).toBe(303)
  browser.csrf = (await browser.json('GET', '/v1/users/me')).headers.get('sallyport-csrf') ?? undefined
  return async (method, path, body) => {
    const { status, headers, text, body: json } = await browser.json(method, path, body)
    return { status, headers, text, body: json }
  }
}

function sampleOf(name: string, things: Things): Promise<Sample> {
  const sample = (samples as Readonly<Record<string, (it: Things) => Promise<Sample>>>)[name]
  if (!sample) throw new Error(`${name} has no sample in authorization-samples.suite.ts.`)
  return sample(things)
}

function send(ask: Ask, { method, path }: Endpoint, sample: Sample): Promise<TestReply> {
  const { params = {}, query = '', body } = sample
  const place = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => params[name] ?? '')
  return ask(method, `${place}${query}`, body)
}

/** The same with names and ids of nothing. */
function ofNothing(sample: Sample, made: ReadonlySet<string>): Sample {
  let text = JSON.stringify(sample)
  for (const each of made) text = text.replaceAll(each, each.replace(/^([a-z]{3}_)?.*$/, '$10absent'))
  return JSON.parse(text) as Sample
}

/** What of a reply tells one from another. */
function told({ status, body }: TestReply): unknown {
  if (status >= 200 && status < 300) return { status, items: body?.items }
  const { requestId: _, ...rest } = body
  return { status, ...rest }
}

describe.each(rows)('$name', ({ name, endpoint }) => {
  test('has a sample', () => {
    expect(samples, `${name} has no sample in authorization-samples.suite.ts`).toHaveProperty(name)
  })

  test('is open to exactly the roles that the table says, in their own organization', async () => {
    for (const [role, { ask, scopes: held }] of roles) {
      const reply = await send(ask, endpoint, await sampleOf(name, own.things()))
      const says = `${role}: ${reply.status} ${reply.text}`
      const needed = [endpoint.scope, endpoint.scopeBesides].filter((scope) => scope !== undefined)
      const may = needed.every((scope) => held.has(scope)) && !endpoint.operator
      if (!may) {
        const refused = endpoint.operator ? [404, 'not_found'] : [403, 'scope_missing']
        expect([reply.status, reply.body.code], says).toEqual(refused)
      } else if (!withoutSubject.has(name)) {
        expect([401, 403, 404], says).not.toContain(reply.status)
        expect(reply.status, says).toBeLessThan(500)
      }
    }
  })

  test('tells nobody of another organization what is there from what is not', async () => {
    const things = foreign.things()
    const there = await sampleOf(name, things)
    if (things.made.size === 0) return
    const absent = ofNothing(there, things.made)
    const replies = [await send(own.ask, endpoint, there), await send(own.ask, endpoint, absent)]
    expect(told(replies[0] as TestReply)).toEqual(told(replies[1] as TestReply))
    if (endpoint.params.safeParse({}).success) return
    expect(replies[0]?.status).toBe(404)
  })

  test('shows a key of one environment no account of another', async () => {
    const things = own.things()
    const there = await sampleOf(name, things)
    if (![...things.made].some((each) => each.startsWith('acc_'))) return
    const [reply, other] = [
      await send(sibling, endpoint, there),
      await send(sibling, endpoint, ofNothing(there, things.made)),
    ]
    expect(told(reply)).toEqual(told(other))
  })

  test('is closed to whoever is suspended, and to whoever has no key', async () => {
    const sample = ofNothing(await sampleOf(name, own.things()), new Set())
    const reply = await send(suspended.ask, endpoint, sample)
    expect([reply.status, reply.body.code]).toEqual([403, 'organization_suspended'])
    expect((await send(asking(null), endpoint, sample)).status).toBe(401)
  })
})
