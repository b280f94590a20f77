import { once } from 'node:events'
import { createServer } from 'node:net'
import { type LoopbackProvider, loopbackProvider } from '@sallyport/testkit'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { connected } from './passage.suite.ts'
import { startSallyport, type TestSallyport } from './sallyport.suite.ts'
import {
  type FileServers,
  fileServers,
  filesOf,
  outcome,
  sftpAccount,
  sftpIntegration,
} from './sftp.suite.ts'

type Json = Readonly<Record<string, unknown>>

let sallyport: TestSallyport
let servers: FileServers
let provider: LoopbackProvider
let account: string

const secret = () => ({ username: servers.sshd.username, privateKey: servers.userKey.privateKey })

beforeAll(async () => {
  ;[sallyport, servers, provider] = await Promise.all([startSallyport(), fileServers(), loopbackProvider()])
  const pin = { hostKey: servers.hostKey.fingerprint }
  account = (await sftpAccount(sallyport, await sftpIntegration(sallyport, servers.sshd.port, pin), secret()))
    .id
})
afterAll(async () => {
  await sallyport.close()
  await Promise.all([servers.stop(), provider.close()])
})

/** Paths of the faults that a definition is refused with. */
async function faults(auth: Json, rest: Json = {}, through = sallyport): Promise<unknown> {
  const block = { type: 'sftp', host: 'files.example.com', ...auth }
  const body = { key: 'refused', name: 'x', auth: block, ...rest }
  const reply = await through.request('POST', '/v1/integrations', body)
  return [reply.status, (reply.body.errors ?? []).map(({ path, code }: Json) => `${path} ${code}`)]
}

describe('a definition', () => {
  test('has no field that means nothing for files', async () => {
    const rest = {
      baseUrl: 'https://files.example.com',
      placement: { in: 'header' },
      request: { headers: { 'X-A': 'b' } },
      test: { path: '/' },
    }
    expect(await faults({}, rest)).toEqual([
      422,
      Object.keys(rest).map((name) => `/${name} not_for_this_type`),
    ])
  })

  test('names a host, a port and a fingerprint that hold', async () => {
    const bad = ['https://x.test', 'user@x.test', 'x.test:22', 'x.test/a', 'a b', 'x.test?', 'x\\y']
    for (const host of bad)
      expect([host, await faults({ host })]).toEqual([host, [422, ['/auth/host host_extra']]])
    expect(await faults({ port: 0, hostKey: 'MD5:aa' })).toEqual([
      422,
      ['/auth/port too_small', '/auth/hostKey value_refused'],
    ])
    expect(await faults({ port: '70000' })).toEqual([422, ['/auth/port value_refused']])
    expect(await faults({ root: '/a/../b' })).toEqual([422, ['/auth/root value_refused']])
    expect(await faults({ host: '{nobody}' })).toEqual([422, ['/auth/host unknown_placeholder']])
  })

  test('lists its host, where it lists hosts', async () => {
    expect(await faults({}, { hosts: ['*.example.org'] })).toEqual([422, ['/auth/host host_not_listed']])
    expect(
      (await faults(
        { host: '{x}' },
        { hosts: ['*'], parameters: [{ name: 'x', kind: 'host' }] },
      )) as unknown[],
    ).toEqual([422, ['/hosts/0 wildcard_everything']])
  })
})

test('a host that is a parameter stays within the listed hosts', async () => {
  const integration = await sftpIntegration(
    sallyport,
    22,
    { host: '{host}' },
    { parameters: [{ name: 'host', kind: 'host', required: true }], hosts: ['*.example.com'] },
  )
  for (const host of [
    'example.com',
    'evil.test',
    'files.example.com.evil.test',
    '127.0.0.1',
    'a@b.example.com',
  ]) {
    const body = { integration, name: 'x', parameters: { host }, secret: secret() }
    const reply = await sallyport.request('POST', '/v1/accounts', body)
    expect([host, reply.status, reply.body.errors?.[0].path]).toEqual([host, 422, '/parameters/host'])
  }
})

test('values that move a host or port need the secret again', async () => {
  const { port } = servers.sshd
  const parameters = [{ name: 'host', kind: 'host', required: true }, { name: 'port' }]
  const auth = { host: '{host}', port: '{port}', hostKey: servers.hostKey.fingerprint }
  const integration = await sftpIntegration(sallyport, port, auth, { parameters })
  const values = { host: '127.0.0.1', port: String(port) }
  const { id, status } = await sftpAccount(sallyport, integration, secret(), { parameters: values })
  expect(status).toBe('connected')
  const moved = await sallyport.request('PATCH', `/v1/accounts/${id}`, { parameters: { host: 'localhost' } })
  expect([moved.status, moved.body.code]).toEqual([422, 'secret_required'])
  const elsewhere = await sallyport.request('PATCH', `/v1/accounts/${id}`, { parameters: { port: '2222' } })
  expect([elsewhere.status, elsewhere.body.code]).toEqual([422, 'secret_required'])
  const body = { integration, name: 'x', parameters: { ...values, port: '0' }, secret: secret() }
  const refused = await sallyport.request('POST', '/v1/accounts', body)
  expect([refused.status, refused.body.errors[0].path]).toEqual([422, '/parameters/port'])
})

test('private addresses are reached only where the operator allows them, by name too', async () => {
  const sockets: unknown[] = []
  const sink = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1')
  onTestFinished(() => void sink.close())
  await once(sink, 'listening')
  const { port } = sink.address() as { port: number }
  const closed = await startSallyport({ SALLYPORT_ALLOWED_PRIVATE_CIDRS: '' })
  onTestFinished(() => closed.close())
  expect(await faults({ host: '127.0.0.1', port }, {}, closed)).toEqual([422, ['/auth/host address_blocked']])
  expect(await faults({ host: '[::1]', port }, {}, closed)).toEqual([422, ['/auth/host address_blocked']])
  const integration = await sftpIntegration(closed, port, { host: 'localhost' })
  const { id, ...account } = await sftpAccount(closed, integration, secret())
  expect(account).toMatchObject({ status: 'failing', reason: 'address_blocked' })
  expect(outcome(await filesOf(closed, id)('GET', '/'))).toBe('403 address_blocked')
  expect(sockets).toEqual([])
})

test('nothing listens there: the server is unreachable', async () => {
  const id = (await sftpAccount(sallyport, await sftpIntegration(sallyport, 1), secret())).id
  expect(outcome(await filesOf(sallyport, id)('GET', '/'))).toBe('502 upstream_unreachable')
})

test('files are reached through /sftp alone, and everything else through /proxy', async () => {
  const proxied = await sallyport.request('GET', `/proxy/${account}/x`)
  expect([proxied.status, proxied.body.code]).toEqual([422, 'passage_unsupported'])
  expect(proxied.body.detail).toContain('/sftp')
  const keyed = await connected(sallyport, { baseUrl: `${provider.origin}/keyed` })
  const filed = await filesOf(sallyport, keyed)('GET', '/x')
  expect(outcome(filed)).toBe('422 passage_unsupported')
  expect(filed.body.detail).toContain('/proxy')
  expect(provider.received()).toEqual([])
  const token = await sallyport.request('POST', `/v1/accounts/${account}/token`)
  expect([token.status, token.body.code]).toEqual([422, 'token_unavailable'])
  const trial = await sallyport.request('POST', `/v1/accounts/${keyed}/test`, {
    acceptHostKey: servers.hostKey.fingerprint,
  })
  expect(trial.status).toBe(422)
})

test('a call needs a key, with the scope, of an account that it may use', async () => {
  const call = filesOf(sallyport, account)
  const key = async (fields: Json) =>
    (await sallyport.request('POST', '/v1/keys', { name: 'k', ...fields })).body.key
  expect(outcome(await call('GET', '/', { key: 'none' }))).toBe('401 key_invalid')
  expect(outcome(await call('GET', '/', { key: await key({ scopes: ['accounts:read'] }) }))).toBe(
    '403 scope_missing',
  )
  expect(outcome(await call('GET', '/', { key: await key({ scopes: ['proxy:call'] }) }))).toBe('200')
  const other = await key({ scopes: ['proxy:call'], accounts: ['acc_other'] })
  expect(outcome(await call('GET', '/', { key: other }))).toBe('404 not_found')
  expect(outcome(await filesOf(sallyport, 'adapter')('GET', '/'))).toBe('400 profile_required')
  const cookie = await fetch(`${sallyport.origin}/sftp/${account}/`, {
    headers: { cookie: `session=${sallyport.adminKey}` },
  })
  expect(cookie.status).toBe(401)
})

test('a disabled account is not used', async () => {
  await sallyport.request('PATCH', `/v1/accounts/${account}`, { disabled: true })
  expect(outcome(await filesOf(sallyport, account)('GET', '/'))).toBe('409 account_disabled')
  await sallyport.request('PATCH', `/v1/accounts/${account}`, { disabled: false })
  expect(outcome(await filesOf(sallyport, account)('GET', '/'))).toBe('200')
})
