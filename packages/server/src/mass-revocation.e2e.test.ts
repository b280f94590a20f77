import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type FakeClock,
  fakeClock,
  type LoopbackProvider,
  loopbackProvider,
  type ScriptedReply,
} from '@sallyport/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { codeDefinition } from './authorization.suite.ts'
import { keyed } from './endpoints/rest.suite.ts'
import { startSallyport, type TestReply, type TestSallyport } from './sallyport.suite.ts'

const second = 1000
const hour = 3600 * second
const adminKey = 'admin-key-of-the-test-of-mass-revocation'
const folder = mkdtempSync(join(tmpdir(), 'sallyport-'))
const day = 86_400 * second

let clock: FakeClock
let provider: LoopbackProvider
let sallyport: TestSallyport
/** How the provider answers for tokens of an integration; with success where nothing is said. */
const answers = new Map<string, () => ScriptedReply | Promise<ScriptedReply>>()
/** Tokens that it took. */
const revoked: string[] = []
/** Requests of an integration. */
const asked = new Map<string, number>()

const start = () => startSallyport({ SALLYPORT_ADMIN_KEY: adminKey }, folder, clock)

beforeAll(async () => {
  clock = fakeClock()
  provider = await loopbackProvider({ clock })
  provider.script('POST /revoke', async ({ form }) => {
    const token = form.get('token') ?? ''
    const [key = ''] = token.split('-')
    asked.set(key, (asked.get(key) ?? 0) + 1)
    const reply = (await answers.get(key)?.()) ?? { status: 200 }
    if (reply.status === 200) revoked.push(token)
    return reply
  })
  sallyport = await start()
})
afterAll(async () => {
  await provider.close()
  await sallyport.close()
})

async function ok(method: string, path: string, body?: unknown): Promise<TestReply['body']> {
  const reply = await sallyport.request(method, path, body)
  expect(reply.status, reply.text).toBeLessThan(300)
  return reply.body
}

/** Defines an integration whose tokens begin with its key, and connects so many accounts to it; their ids. */
async function connect(key: string, accounts: number, change: { auth?: object; input?: object } = {}) {
  const revokeUrl = `${provider.origin}/revoke`
  await ok('POST', '/v1/integrations', codeDefinition(provider, { revokeUrl, ...change.auth }, key))
  const ids: string[] = []
  for (let number = 0; number < accounts; number += 1) {
    const secret = {
      accessToken: `${key}-${number}`,
      expiresAt: new Date(clock.now() + 9 * day).toISOString(),
    }
    ids.push((await ok('POST', '/v1/accounts', { integration: key, name: key, secret, ...change.input })).id)
  }
  return ids
}

const revoke = (filter: object): Promise<TestReply['body']> => ok('POST', '/v1/revocations', filter)
const read = (run: { id: string }): Promise<TestReply['body']> => ok('GET', `/v1/revocations/${run.id}`)

/** Lets time pass until the run has ended. */
async function finish(run: { id: string }, passes = hour): Promise<TestReply['body']> {
  for (let look = 0; look < 400; look += 1) {
    await sallyport.runDue()
    const shown = await read(run)
    if (shown.status === 'done') return shown
    clock.advance(passes)
  }
  throw new Error('It does not end.')
}

test('all accounts of an integration are revoked at a provider that fails half the time, across a restart', async () => {
  const many = 200
  const [others] = [await connect('others', 3)]
  const ids = await connect('half', many)
  let requests = 0
  answers.set('half', () => ({ status: ++requests % 2 === 0 ? 503 : 200 }))
  const reply = await sallyport.request('POST', '/v1/revocations', { integration: 'half' })
  expect(reply.status).toBe(202)
  const run = reply.body
  const counts = { total: many, done: 0, revoked: 0, unsupported: 0, failed: 0, gone: 0, remaining: many }
  expect(run).toMatchObject({ ...counts, status: 'running', filter: { integration: 'half' } })

  while ((await read(run)).revoked < many / 4) await sallyport.runDue()
  await sallyport.close({ keep: true })
  sallyport = await start()
  const half = await read(run)
  expect(half.revoked).toBeGreaterThan(0)
  expect(half.remaining).toBeGreaterThan(many / 4)
  expect(half.done + half.remaining).toBe(many)
  // Nobody can use any of them from the first moment on, whether the provider knows by now or not.
  const { items } = await ok('GET', `/v1/revocations/${run.id}/accounts?limit=1000`)
  expect(items).toHaveLength(half.remaining)
  const waiting = items.find(({ attempts }: { attempts: number }) => attempts > 0)
  expect(waiting).toMatchObject({ state: 'pending', integration: 'half', environment: 'development' })
  expect(waiting).toMatchObject({ reason: 'provider_incident', reasonDetail: expect.stringMatching(/503/) })
  expect(Date.parse(waiting.nextAttemptAt)).toBeGreaterThan(clock.now())
  const blocked = await sallyport.request('GET', `/proxy/${waiting.account}/me`)
  expect(blocked.body.code).toBe('account_needs_reconnect')
  const page = await ok('GET', `/v1/revocations/${run.id}/accounts?limit=2`)
  const next = await ok('GET', `/v1/revocations/${run.id}/accounts?limit=2&cursor=${page.nextCursor}`)
  expect([...page.items, ...next.items]).toEqual(items.slice(0, 4))

  const end = await finish(run)
  expect(end).toMatchObject({ done: many, revoked: many, remaining: 0, endedAt: expect.any(String) })
  const tokens = revoked.filter((token) => token.startsWith('half-'))
  expect([tokens.length, new Set(tokens).size]).toEqual([many, many])
  const [first] = ids
  expect(await ok('GET', `/v1/accounts/${first}`)).toMatchObject({ status: 'revoked', revocation: 'done' })
  expect((await ok('GET', `/v1/revocations/${run.id}/accounts`)).items).toEqual([])
  const events = await ok('GET', `/v1/events?type=account.disconnected&integration=half&limit=1000`)
  expect(events.items).toHaveLength(many)
  const audit = await ok('GET', `/v1/audit?target=${run.id}`)
  expect(audit.items.map(({ action }: { action: string }) => action)).toEqual([
    'revocation.ended',
    'revocation.started',
  ])
  expect(audit.items[0]).toMatchObject({
    actor: { kind: 'system' },
    changes: [{ field: '/revoked', after: many }],
  })
  // Nobody else's were touched.
  for (const id of others) expect(await ok('GET', `/v1/accounts/${id}`)).toMatchObject({ status: 'expiring' })
  expect(asked.get('others')).toBeUndefined()
})

test('a provider that hangs holds up no other, and is asked by twenty at once', async () => {
  await connect('hangs', 30)
  await connect('works', 30)
  let release = () => {}
  const held = new Promise<ScriptedReply>((resolve) => {
    release = () => resolve({ status: 200 })
  })
  answers.set('hangs', () => held)
  const [slow, fast] = [await revoke({ integration: 'hangs' }), await revoke({ integration: 'works' })]
  const passing: Promise<void>[] = []
  /** Has done what is due, without waiting for it; then looks. */
  const passed = <Seen>(look: () => Seen) => {
    passing.push(sallyport.runDue())
    return look()
  }
  await expect.poll(() => passed(() => asked.get('works')), { timeout: 20_000 }).toBe(30)
  clock.advance(5 * second)
  await expect.poll(() => passed(async () => (await read(fast)).status), { timeout: 20_000 }).toBe('done')
  expect(await read(slow)).toMatchObject({ status: 'running', remaining: 30 })
  expect(asked.get('hangs')).toBe(20)
  release()
  await Promise.all(passing)
  expect(await finish(slow)).toMatchObject({ revoked: 30 })
})

test('a provider that says when it wants to be asked again is left alone until then', async () => {
  await connect('limited', 60)
  answers.set('limited', () => ({ status: 429, headers: { 'retry-after': '600' } }))
  const run = await revoke({ integration: 'limited' })
  for (let look = 0; look < 5; look += 1) {
    await sallyport.runDue()
    clock.advance(60 * second)
  }
  // Those that were on their way when it said so.
  expect(asked.get('limited')).toBeLessThanOrEqual(20)
  answers.delete('limited')
  expect(await finish(run)).toMatchObject({ revoked: 60 })
})

test('a retry does not wait for the next attempt, and is in the audit', async () => {
  await connect('retried', 2)
  answers.set('retried', () => ({ status: 500 }))
  const run = await revoke({ integration: 'retried' })
  for (let look = 0; look < 3; look += 1) await sallyport.runDue()
  expect(asked.get('retried')).toBe(2)
  answers.delete('retried')
  const reply = await sallyport.request('POST', `/v1/revocations/${run.id}/retry`)
  expect([reply.status, reply.body.remaining]).toEqual([202, 2])
  for (let look = 0; look < 3; look += 1) await sallyport.runDue()
  expect(await read(run)).toMatchObject({ revoked: 2, remaining: 0 })
  const audit = await ok('GET', `/v1/audit?target=${run.id}&action=revocation.retried`)
  expect(audit.items).toHaveLength(1)
})

test('what providers refuse, know no way for, or do not answer in seven days is told apart, with the reason', async () => {
  await connect('refuses', 1)
  await connect('silent', 1)
  await connect('noway', 1, { auth: { revokeUrl: undefined } })
  answers.set('refuses', () => ({
    status: 401,
    headers: { 'content-type': 'application/json' },
    body: '{"error":"invalid_client"}',
  }))
  answers.set('silent', () => ({ fault: 'reset' }))
  const preview = await revoke({ all: true, dryRun: true })
  const ends = await revoke({ all: true })
  expect(preview).toMatchObject({ dryRun: true, total: ends.total })
  const of = (key: string) =>
    preview.integrations.find((each: { integration: string }) => each.integration === key)
  expect(of('noway')).toMatchObject({ accounts: 1, revocable: false })
  expect(of('silent')).toMatchObject({ accounts: 1, revocable: true })

  const end = await finish(ends, 2 * hour)
  expect(end).toMatchObject({ failed: 2, unsupported: 1, remaining: 0, done: ends.total })
  const { items } = await ok('GET', `/v1/revocations/${ends.id}/accounts`)
  const told = items.map(({ integration, state, reason }: Record<string, string>) => [
    integration,
    state,
    reason,
  ])
  expect(told.sort()).toEqual([
    ['noway', 'unsupported', undefined],
    ['refuses', 'failed', 'invalid_client'],
    ['silent', 'failed', 'upstream_unreachable'],
  ])
  const failed = await ok('GET', `/v1/revocations/${ends.id}/accounts?state=failed&limit=1`)
  expect(failed.items).toHaveLength(1)
  expect(await ok('GET', `/v1/accounts/${failed.items[0].account}`)).toMatchObject({ revocation: 'failed' })
})

test('accounts are found by OAuth client, environment, key and time; each filter narrows', async () => {
  const totalOf = async (filter: object) => (await revoke({ ...filter, dryRun: true })).total
  const began = new Date(clock.now()).toISOString()
  await ok('POST', '/v1/oauth-clients', {
    ...{ key: 'shared', name: 'Shared', hosts: ['127.0.0.1'], clientId: 'client', clientSecret: 'x' },
    authorizationUrl: `${provider.origin}/authorize`,
    tokenUrl: `${provider.origin}/token`,
  })
  await ok('POST', '/v1/integrations', {
    ...{ key: 'byclient', name: 'By client', baseUrl: `${provider.origin}/api` },
    auth: { type: 'oauth2', client: 'shared' },
  })
  const secret = { accessToken: 'byclient-1' }
  await ok('POST', '/v1/accounts', { integration: 'byclient', name: 'A', secret })
  expect(await totalOf({ client: 'SHARED' })).toBe(1)

  clock.advance(hour)
  const later = new Date(clock.now()).toISOString()
  await ok('POST', '/v1/integrations', { key: 'keyed', name: 'Keyed', ...keyed(provider.origin) })
  const account = (name: string, input: object) =>
    ok('POST', '/v1/accounts', { integration: 'keyed', name, secret: { token: 'x' }, ...input })
  const dev = await account('dev', { tags: { team: 'a' } })
  await account('qa', { environment: 'qa', tags: { team: 'b' } })
  expect(await totalOf({ environment: 'QA' })).toBe(1)
  expect(await totalOf({ connectedSince: began, connectedUntil: later })).toBe(1)
  expect(await totalOf({ connectedSince: later })).toBe(2)
  expect(await totalOf({ connectedSince: later, environment: 'development' })).toBe(1)
  // What was connected again counts as of then.
  const until = { integration: 'keyed', connectedUntil: new Date(clock.now() + 1).toISOString() }
  expect(await totalOf(until)).toBe(2)
  clock.advance(hour)
  await ok('PATCH', `/v1/accounts/${dev.id}`, { secret: { token: 'y' } })
  expect(await totalOf(until)).toBe(1)

  const keyWith = async (limits: object) =>
    (await ok('POST', '/v1/keys', { name: 'Key', scopes: ['proxy:call'], ...limits })).id
  expect(await totalOf({ key: await keyWith({ accounts: [dev.id] }) })).toBe(1)
  expect(await totalOf({ key: await keyWith({ tags: { team: 'b' } }) })).toBe(1)
  expect(await totalOf({ key: await keyWith({ environment: 'qa' }) })).toBe(1)
  const everywhere = await keyWith({})
  expect(await totalOf({ key: everywhere, integration: 'keyed' })).toBe(2)
  expect(await totalOf({ key: await keyWith({ environment: 'qa' }), environment: 'development' })).toBe(0)
  await ok('POST', '/v1/apps', { key: 'app', name: 'App', adapters: [{ name: 'api', integration: 'keyed' }] })
  await ok('PUT', '/v1/apps/app/profiles/dev', { environment: 'development', bindings: { api: dev.id } })
  expect(await totalOf({ key: await keyWith({ app: 'app', profile: 'dev' }) })).toBe(1)

  const refused = async (filter: object) => {
    const { status, body } = await sallyport.request('POST', '/v1/revocations', filter)
    return [status, body.errors.map(({ path, code }: Record<string, string>) => `${path} ${code}`)]
  }
  expect(await refused({})).toEqual([422, [' required']])
  expect(await refused({ key: everywhere })).toEqual([422, ['/key reaches_all']])
  expect(await refused({ all: true, integration: 'keyed' })).toEqual([422, ['/integration not_with_all']])
  const nothing = { integration: 'no', client: 'no', environment: 'no', key: 'no' }
  expect(await refused(nothing)).toEqual([
    422,
    [
      '/integration unknown_integration',
      '/client unknown_client',
      '/environment unknown_environment',
      '/key unknown_key',
    ],
  ])
  const times = { connectedSince: later, connectedUntil: began }
  expect(await refused(times)).toEqual([422, ['/connectedUntil empty']])
})
