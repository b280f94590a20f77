import { canary, findCanaries, type LoopbackProvider, loopbackProvider } from '@sallyport/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { codeDefinition } from './authorization.suite.ts'
import { keyed } from './endpoints/rest.suite.ts'
import { startSallyport, type TestReply, type TestSallyport } from './sallyport.suite.ts'

let provider: LoopbackProvider
let source: TestSallyport
let destination: TestSallyport
const clientSecret = canary('client secret')

beforeAll(async () => {
  provider = await loopbackProvider()
  source = await startSallyport()
  destination = await startSallyport()
  await ok(source, 'POST', '/v1/environments', {
    ...{ key: 'Staging', name: 'Staging', returnUrls: ['https://app.example.com/done'] },
  })
  await ok(source, 'POST', '/v1/oauth-clients', {
    ...{ key: 'shared', name: 'Shared', hosts: ['127.0.0.1'], clientId: 'client', clientSecret },
    authorizationUrl: `${provider.origin}/authorize`,
    tokenUrl: `${provider.origin}/token`,
  })
  await ok(source, 'POST', '/v1/integrations', {
    ...{ key: 'zulu', name: 'By client', baseUrl: `${provider.origin}/api` },
    auth: { type: 'oauth2', client: 'shared', scopes: ['read'] },
  })
  await ok(source, 'POST', '/v1/integrations', codeDefinition(provider, { clientSecret }, 'Alpha'))
  await ok(source, 'POST', '/v1/integrations', { key: 'keyed', name: 'Keyed', ...keyed(provider.origin) })
  const adapters = [{ name: 'crm', integration: 'zulu', description: 'The CRM' }]
  await ok(source, 'POST', '/v1/apps', { key: 'app', name: 'App', adapters })
  await ok(source, 'PUT', '/v1/apps/app/profiles/stage', {
    ...{ environment: 'Staging', bindings: {}, settings: { region: 'eu' } },
  })
  await ok(source, 'POST', '/v1/roles', { key: 'reader', name: 'Reader', base: 'auditor', without: [] })
})
afterAll(async () => {
  await source.close()
  await destination.close()
  await provider.close()
})

type Body = TestReply['body']

async function ok(sallyport: TestSallyport, method: string, path: string, body?: unknown): Promise<Body> {
  const reply = await sallyport.request(method, path, body)
  expect(reply.status, reply.text).toBeLessThan(300)
  return reply.body
}

const exported = (sallyport: TestSallyport): Promise<Body> => ok(sallyport, 'GET', '/v1/export')

async function faultsOf(document: object): Promise<readonly string[]> {
  const { status, body, text } = await destination.request('POST', '/v1/import', document)
  expect(status, text).toBe(422)
  return body.errors.map(({ path, code }: Record<string, string>) => `${path} ${code}`)
}

test('an export holds what was defined by keys and names, in their order, and neither ids, times nor secrets', async () => {
  const document = await exported(source)
  expect(document.integrations.map(({ key }: Body) => key)).toEqual(['Alpha', 'keyed', 'zulu'])
  expect(document.integrations[0].secretsSet).toEqual(['/auth/clientSecret'])
  expect(document.apps).toMatchObject([
    { key: 'app', profiles: [{ name: 'dev' }, { name: 'prod' }, { name: 'qa' }, { name: 'stage' }] },
  ])
  expect(document.roles).toEqual([{ key: 'reader', name: 'Reader', base: 'auditor', without: [] }])
  const text = JSON.stringify(document)
  expect(text).not.toMatch(/"(id|createdAt|updatedAt|redirectUri|version)"|int_|ocl_|app_/)
  expect(findCanaries(text)).toEqual([])
  expect(JSON.stringify(await exported(source))).toBe(text)
})

test('an import makes all of it elsewhere, names the secrets that are missing, and does nothing the second time', async () => {
  const document = await exported(source)
  const before = await exported(destination)
  const dry = await ok(destination, 'POST', '/v1/import', { ...document, dryRun: true })
  expect(await exported(destination)).toEqual(before)
  const done = await ok(destination, 'POST', '/v1/import', document)
  expect(dry).toEqual({ ...done, dryRun: true })
  // Environments that every organization begins with are there, and profiles that every app begins with.
  expect(done.items).toContainEqual({ kind: 'integration', key: 'zulu', outcome: 'created' })
  expect(done.items).toContainEqual({ kind: 'profile', key: 'app/stage', outcome: 'created' })
  expect(done.items).toContainEqual({ kind: 'profile', key: 'app/dev', outcome: 'unchanged' })
  expect(done.items).toContainEqual({ kind: 'environment', key: 'development', outcome: 'unchanged' })
  const at = (list: Body[], key: string) => list.findIndex((each) => each.key === key)
  expect(done.secretsMissing.sort()).toEqual([
    `/clients/${at(document.clients, 'shared')}/clientSecret`,
    `/integrations/${at(document.integrations, 'Alpha')}/auth/clientSecret`,
  ])
  const audit = await ok(destination, 'GET', '/v1/audit?limit=50')
  const actions = audit.items.map(({ action }: Body) => action)
  expect(actions).toEqual(expect.arrayContaining(['integration.created', 'app.created', 'role.created']))

  const again = await ok(destination, 'POST', '/v1/import', document)
  expect(again).toMatchObject({ created: 0, updated: 0, unchanged: done.items.length })
  // With the secrets filled in, as their own endpoints take them.
  document.clients[0].clientSecret = clientSecret
  document.integrations[0].auth.clientSecret = clientSecret
  const filled = await ok(destination, 'POST', '/v1/import', document)
  expect(filled).toMatchObject({ created: 0, updated: 2, secretsMissing: [] })
  expect(await exported(destination)).toEqual(await exported(source))
})

test('an import changes what differs, takes away what is not said any more, and leaves what it does not name', async () => {
  await ok(destination, 'POST', '/v1/import', await exported(source))
  await ok(destination, 'POST', '/v1/integrations', { key: 'own', name: 'Own', ...keyed(provider.origin) })
  const document = await exported(source)
  const zulu = document.integrations.find(({ key }: Body) => key === 'zulu')
  zulu.name = 'Renamed'
  zulu.auth = { type: 'oauth2', client: 'shared' }
  document.apps[0].profiles.find(({ name }: Body) => name === 'stage').settings = {}
  const done = await ok(destination, 'POST', '/v1/import', document)
  expect(done).toMatchObject({ created: 0, updated: 2 })
  const now = await ok(destination, 'GET', '/v1/integrations/zulu')
  expect(now).toMatchObject({ name: 'Renamed', auth: { type: 'oauth2', client: 'shared' } })
  expect(now.auth).not.toHaveProperty('scopes')
  expect((await ok(destination, 'GET', '/v1/integrations/own')).name).toBe('Own')
})

test('whatever is wrong with a document is named at once, where it stands, and nothing of it is done', async () => {
  const before = await exported(destination)
  const faults = await faultsOf({
    format: 'sallyport-export-1',
    environments: [{ key: 'fresh', name: 'Fresh', returnUrls: ['javascript:x'] }],
    integrations: [
      { key: 'good', name: 'Good', ...keyed(provider.origin) },
      { key: 'bad', name: 'Bad', baseUrl: '{nowhere}', auth: { type: 'api_token' } },
      { key: 'lost', name: 'Lost', baseUrl: provider.origin, auth: { type: 'oauth2', client: 'none' } },
    ],
    apps: [{ key: 'other', name: 'Other', adapters: [{ name: 'a', integration: 'none' }] }],
  })
  const places = faults.map((fault) => fault.split(' ')[0])
  expect(places).toEqual(
    expect.arrayContaining([
      '/environments/0/returnUrls/0',
      '/integrations/1/baseUrl',
      '/integrations/2/auth/client',
      '/apps/0/adapters/0/integration',
    ]),
  )
  expect(await exported(destination)).toEqual(before)
  expect(await faultsOf({ format: 'other', integrations: [{}], what: 1 })).toEqual([
    '/format not_a_choice',
    '/integrations/0/key required',
    '/what unknown_field',
  ])
})

test('an import sends no secret that is stored anywhere else, unless it brings it along', async () => {
  const document = await exported(source)
  document.clients[0].clientSecret = clientSecret
  await ok(destination, 'POST', '/v1/import', document)
  const { clientSecret: _, ...moved } = { ...document.clients[0], tokenUrl: 'http://127.0.0.2/token' }
  const clients = [{ ...moved, hosts: ['127.0.0.2'] }]
  const faults = await faultsOf({ format: document.format, clients })
  expect(faults).toEqual(['/clients/0/clientSecret secret_required'])
})
