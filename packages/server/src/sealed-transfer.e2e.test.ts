import {
  canary,
  type FakeClock,
  fakeClock,
  findCanaries,
  type LoopbackProvider,
  loopbackProvider,
} from '@sallyport/testkit'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { codeDefinition } from './authorization.suite.ts'
import { keyed } from './endpoints/rest.suite.ts'
import { startSallyport, type TestReply, type TestSallyport } from './sallyport.suite.ts'

const minute = 60_000

let clock: FakeClock
let provider: LoopbackProvider
let source: TestSallyport
let destination: TestSallyport
const clientSecret = canary('client secret')
const apiToken = canary('api token')
/** The number of the refresh token that is good, by account; each is good once. */
const current = new Map<string, number>()
const renewals: string[] = []

beforeAll(async () => {
  clock = fakeClock()
  provider = await loopbackProvider({ clock })
  provider.script('POST /token', ({ form }) => {
    const [name = '', number] = (form.get('refresh_token') ?? '').split('.')
    renewals.push(name)
    if (Number(number) !== (current.get(name) ?? 1)) return { status: 400, body: '{"error":"invalid_grant"}' }
    const next = Number(number) + 1
    current.set(name, next)
    const tokens = { access_token: `${name}-${next}`, token_type: 'Bearer', expires_in: 3600 }
    const headers = { 'content-type': 'application/json' }
    return { status: 200, headers, body: JSON.stringify({ ...tokens, refresh_token: `${name}.${next}` }) }
  })
  for (const api of ['ANY /api/*', 'ANY /keyed/*']) provider.script(api, { status: 200 })
  source = await startSallyport({}, undefined, clock)
  destination = await startSallyport({}, undefined, clock)
  const revokeUrl = `${provider.origin}/revoke`
  await ok(source, 'POST', '/v1/integrations', codeDefinition(provider, { clientSecret, revokeUrl }, 'crm'))
  await ok(source, 'POST', '/v1/integrations', { key: 'keyed', name: 'Keyed', ...keyed(provider.origin) })
})
afterAll(async () => {
  await provider.close()
  await source.close()
  await destination.close()
})
beforeEach(() => {
  renewals.length = 0
})

type Body = TestReply['body']

async function ok(sallyport: TestSallyport, method: string, path: string, body?: unknown): Promise<Body> {
  const reply = await sallyport.request(method, path, body)
  expect(reply.status, reply.text).toBeLessThan(300)
  return reply.body
}

/** An account of a provider that gives a new refresh token each time, and ends the old one. */
async function connect(name: string, change: object = {}): Promise<string> {
  const expiresAt = new Date(clock.now() + 60 * minute).toISOString()
  const secret = { accessToken: `${name}-1`, refreshToken: `${name}.1`, expiresAt }
  return (await ok(source, 'POST', '/v1/accounts', { integration: 'crm', name, secret, ...change })).id
}

const recipientOf = async (sallyport: TestSallyport): Promise<string> =>
  (await ok(sallyport, 'POST', '/v1/import/recipients')).recipient

const call = (sallyport: TestSallyport, account: string) => sallyport.request('GET', `/proxy/${account}/me`)

test('an account that moved is renewed where it was imported and there alone, also by a strict provider', async () => {
  const ann = await connect('ann', { tags: { team: 'a' } })
  const token = { integration: 'keyed', name: 'Key', secret: { token: apiToken } }
  const key = (await ok(source, 'POST', '/v1/accounts', token)).id
  const recipient = await recipientOf(destination)
  const document = await ok(source, 'POST', '/v1/export', { recipient, accounts: {} })
  expect(document.accounts).toEqual({ exported: 2, left: [] })
  const text = JSON.stringify(document)
  for (const secret of [clientSecret, apiToken, 'ann.1', 'ann-1']) expect(text).not.toContain(secret)
  expect(findCanaries(text)).toEqual([])

  const done = await ok(destination, 'POST', '/v1/import', document)
  expect(done.secretsMissing).toEqual([])
  const idOf = (id: string) => done.items.find((item: Body) => item.kind === 'account' && item.key === id).id
  const [moved, movedKey] = [idOf(ann), idOf(key)]
  expect(moved).not.toBe(ann)
  const shown = await ok(destination, 'GET', `/v1/accounts/${moved}`)
  expect(shown).toMatchObject({ name: 'ann', status: 'connected', generation: 1, tags: { team: 'a' } })
  expect((await call(destination, movedKey)).status).toBe(200)
  const again = await ok(destination, 'POST', '/v1/import', document)
  expect(again.items).toContainEqual({ kind: 'account', key: ann, id: moved, outcome: 'unchanged' })

  // Both call with the token that they share, while it is good.
  expect(await ok(source, 'GET', `/v1/accounts/${ann}`)).toMatchObject({
    status: 'connected',
    exportedAt: expect.any(String),
    warnings: [{ code: 'exported' }],
  })
  clock.advance(50 * minute)
  await source.runDue()
  expect((await call(source, ann)).headers.get('sallyport-error')).toBeNull()
  expect(renewals).toEqual([])
  await destination.runDue()
  expect(renewals).toEqual(['ann'])
  clock.advance(20 * minute)
  await source.runDue()
  const refused = await call(source, ann)
  expect([refused.status, refused.body.code]).toEqual([409, 'account_exported'])
  const renew = await source.request('POST', `/v1/accounts/${ann}/renew`)
  expect([renew.status, renew.body.code]).toEqual([409, 'account_exported'])
  clock.advance(30 * minute)
  await destination.runDue()
  expect(renewals).toEqual(['ann', 'ann'])
  expect(await ok(destination, 'GET', `/v1/accounts/${moved}`)).toMatchObject({
    status: 'connected',
    generation: 3,
  })

  // What another lives on is not revoked; what it held here is gone all the same.
  const gone = await ok(source, 'POST', `/v1/accounts/${ann}/disconnect`)
  expect(gone).toMatchObject({ status: 'revoked', revocation: 'unsupported', secretsSet: [] })
  expect(provider.received('POST /revoke')).toEqual([])
  const audit = await ok(source, 'GET', '/v1/audit?limit=20')
  const actions = audit.items.map(({ action }: Body) => action)
  expect(actions).toEqual(expect.arrayContaining(['organization.exported', 'account.exported']))
})

test('an exported account that was imported nowhere is thawed, and renewed again', async () => {
  const bob = await connect('bob')
  const recipient = await recipientOf(destination)
  await ok(source, 'POST', '/v1/export', { recipient, accounts: { integration: 'crm' } })
  clock.advance(61 * minute)
  await source.runDue()
  expect((await call(source, bob)).body.code).toBe('account_exported')
  const thawed = await ok(source, 'POST', `/v1/accounts/${bob}/thaw`)
  expect(thawed).not.toHaveProperty('exportedAt')
  clock.advance(minute)
  await source.runDue()
  expect(renewals).toContain('bob')
  expect(await ok(source, 'GET', `/v1/accounts/${bob}`)).toMatchObject({ status: 'connected', generation: 2 })
})

test('an account whose renewal is under way is left, and goes on as it is', async () => {
  const eve = await connect('eve')
  const gate = provider.hold('POST /token')
  const renewal = source.request('POST', `/v1/accounts/${eve}/renew`)
  await gate.arrived
  const recipient = await recipientOf(destination)
  const document = await ok(source, 'POST', '/v1/export', { recipient, accounts: {} })
  expect(document.accounts.left).toEqual([{ account: eve, reason: 'renewal_under_way' }])
  gate.release()
  expect((await renewal).status).toBe(201)
  const shown = await ok(source, 'GET', `/v1/accounts/${eve}`)
  expect(shown).toMatchObject({ status: 'connected', generation: 2 })
  expect(shown).not.toHaveProperty('exportedAt')
})

test('what is sealed opens for its recipient alone, and is the secrets of definitions where no accounts are asked for', async () => {
  const document = await ok(source, 'POST', '/v1/export', { recipient: await recipientOf(source) })
  expect(document.accounts).toEqual({ exported: 0, left: [] })
  expect(document.sealed).toMatch(/^-----BEGIN AGE ENCRYPTED FILE-----\n/)
  const here = await ok(source, 'POST', '/v1/import', { ...document, dryRun: true })
  expect(here.items.filter(({ kind }: Body) => kind === 'account')).toEqual([])
  expect(here.secretsMissing).toEqual([])
  const reply = await destination.request('POST', '/v1/import', document)
  const [fault] = reply.body.errors
  expect([reply.status, fault.path, fault.code]).toEqual([422, '/sealed', 'not_opened'])
})

test('a key to import by is good for a week, or until it is destroyed, and never shown but its public part', async () => {
  const made = await ok(destination, 'POST', '/v1/import/recipients')
  expect(made.recipient).toMatch(/^age1/)
  const listed = await destination.request('GET', '/v1/import/recipients')
  expect(listed.body.items).toContainEqual(made)
  expect(listed.text).not.toContain('SECRET')
  const document = await ok(source, 'POST', '/v1/export', { recipient: made.recipient })
  expect((await destination.request('DELETE', `/v1/import/recipients/${made.id}`)).status).toBe(204)
  expect((await destination.request('DELETE', `/v1/import/recipients/${made.id}`)).status).toBe(404)
  expect((await destination.request('POST', '/v1/import', document)).body.errors[0].code).toBe('not_opened')

  const late = await ok(source, 'POST', '/v1/export', { recipient: await recipientOf(destination) })
  clock.advance(7 * 24 * 60 * minute)
  expect((await destination.request('POST', '/v1/import', late)).body.errors[0].code).toBe('not_opened')
  expect((await ok(destination, 'GET', '/v1/import/recipients')).items).toEqual([])
  const wrong = await source.request('POST', '/v1/export', { recipient: 'age1nobody' })
  expect([wrong.status, wrong.body.errors[0].path]).toEqual([422, '/recipient'])
})
