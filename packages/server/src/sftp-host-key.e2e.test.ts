import { once } from 'node:events'
import { createServer } from 'node:net'
import { type SshKey, sshKey, startSshd } from '@sallyport/testkit'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { startSallyport, type TestSallyport } from './sallyport.suite.ts'
import { filesOf, outcome, sftpAccount, sftpIntegration } from './sftp.suite.ts'

let sallyport: TestSallyport
let first: SshKey
let second: SshKey
let user: SshKey

beforeAll(async () => {
  ;[sallyport, first, second, user] = await Promise.all([startSallyport(), sshKey(), sshKey(), sshKey()])
})
afterAll(() => sallyport.close())

/** A server that stops with the test, and how often somebody tried to log in there. */
async function server(hostKeys: readonly SshKey[], port?: number) {
  const settings = ['LogLevel DEBUG1']
  const sshd = await startSshd({
    hostKeys,
    authorized: [user],
    settings,
    ...(port !== undefined && { port }),
  })
  onTestFinished(sshd.stop)
  return { ...sshd, logins: () => sshd.log().match(/userauth-request for user/g)?.length ?? 0 }
}

const secretOf = ({ username }: { username: string }) => ({ username, privateKey: user.privateKey })
const trial = (id: string, body?: object) => sallyport.request('POST', `/v1/accounts/${id}/test`, body)

test('a host key that nobody accepted is named, and nothing is sent', async () => {
  const sshd = await server([first])
  const integration = await sftpIntegration(sallyport, sshd.port)
  const account = await sftpAccount(sallyport, integration, secretOf(sshd))
  expect(account).toMatchObject({ status: 'failing', reason: 'host_key_unknown' })
  expect(account.reasonDetail).toContain(first.fingerprint)
  const body = { integration, name: 'x', secret: secretOf(sshd) }
  const tried = await sallyport.request('POST', '/v1/accounts/test', body)
  expect(tried.body).toMatchObject({ ok: false, reason: 'host_key_unknown', hostKey: first.fingerprint })
  const called = await filesOf(sallyport, account.id)('GET', '/')
  expect(outcome(called)).toBe('409 host_key_unknown')
  expect(called.headers.get('sallyport-error')).toBe('host_key_unknown')
  expect(called.body.detail).toContain(first.fingerprint)
  expect((await trial(account.id)).body).toMatchObject({ ok: false, reason: 'host_key_unknown' })
  expect(sshd.logins()).toBe(0)
})

test('an owner accepts it once, by name; another than was shown is not taken', async () => {
  const sshd = await server([first])
  const { id } = await sftpAccount(sallyport, await sftpIntegration(sallyport, sshd.port), secretOf(sshd))
  const wrong = await trial(id, { acceptHostKey: second.fingerprint })
  expect(wrong.body).toMatchObject({ ok: false, reason: 'host_key_changed', hostKey: first.fingerprint })
  expect(outcome(await filesOf(sallyport, id)('GET', '/'))).toBe('409 host_key_unknown')
  expect(sshd.logins()).toBe(0)
  expect((await trial(id, { acceptHostKey: first.fingerprint })).body).toMatchObject({
    ok: true,
    status: 'connected',
  })
  expect(outcome(await filesOf(sallyport, id)('GET', '/'))).toBe('200')
  expect((await sallyport.request('GET', `/v1/accounts/${id}`)).body).toMatchObject({
    status: 'connected',
    generation: 2,
    secretsSet: expect.arrayContaining(['/secret/hostKey']),
  })
  expect(sshd.logins()).toBeGreaterThan(0)
  // Another password or key says nothing of the host.
  await sallyport.request('PATCH', `/v1/accounts/${id}`, { secret: secretOf(sshd) })
  expect(outcome(await filesOf(sallyport, id)('GET', '/'))).toBe('200')
})

test('it can be accepted with the secret, when the account is made', async () => {
  const sshd = await server([first])
  const secret = { ...secretOf(sshd), hostKey: first.fingerprint }
  expect(await sftpAccount(sallyport, await sftpIntegration(sallyport, sshd.port), secret)).toMatchObject({
    status: 'connected',
  })
  const odd = {
    integration: await sftpIntegration(sallyport, sshd.port),
    name: 'x',
    secret: { ...secret, hostKey: 'any' },
  }
  const refused = await sallyport.request('POST', '/v1/accounts', odd)
  expect([refused.status, refused.body.errors[0].path]).toEqual([422, '/secret/hostKey'])
})

test.each(['definition', 'account'])(
  'a changed host key ends everything, pinned in the %s',
  async (where) => {
    const before = await server([first])
    const pin = { hostKey: first.fingerprint }
    const integration = await sftpIntegration(sallyport, before.port, where === 'definition' ? pin : {})
    const secret = { ...secretOf(before), ...(where === 'account' && pin) }
    const { id, status } = await sftpAccount(sallyport, integration, secret)
    expect(status).toBe('connected')
    await before.stop()
    const after = await server([second], before.port)
    const call = await filesOf(sallyport, id)('PUT', '/x', { body: 'content' })
    expect(outcome(call)).toBe('502 host_key_changed')
    expect(call.body.detail).toContain(first.fingerprint)
    expect(call.body.detail).toContain(second.fingerprint)
    expect((await trial(id)).body).toMatchObject({ ok: false, reason: 'host_key_changed', status: 'failing' })
    expect(after.logins()).toBe(0)

    const accepted = await trial(id, { acceptHostKey: second.fingerprint })
    if (where === 'account') expect(accepted.body).toMatchObject({ ok: true, status: 'connected' })
    else {
      expect([accepted.status, accepted.body.errors[0].path]).toEqual([422, '/acceptHostKey'])
      const patch = { auth: { hostKey: second.fingerprint } }
      expect((await sallyport.request('PATCH', `/v1/integrations/${integration}`, patch)).status).toBe(200)
    }
    expect(outcome(await filesOf(sallyport, id)('GET', '/'))).toBe('200')
  },
)

test('the accepted key may be of any type that the server has', async () => {
  const types = await Promise.all((['rsa', 'ecdsa', 'ed25519'] as const).map((type) => sshKey({ type })))
  const sshd = await server(types)
  for (const { fingerprint } of types) {
    const integration = await sftpIntegration(sallyport, sshd.port, { hostKey: fingerprint })
    const { id, status } = await sftpAccount(sallyport, integration, secretOf(sshd))
    expect(status).toBe('connected')
    expect(outcome(await filesOf(sallyport, id)('GET', '/'))).toBe('200')
  }
  const other = await sftpIntegration(sallyport, sshd.port, { hostKey: first.fingerprint })
  expect(await sftpAccount(sallyport, other, secretOf(sshd))).toMatchObject({ reason: 'host_key_changed' })
})

test('a server that cannot show a host key gets nothing', async () => {
  const received: string[] = []
  const silent = createServer((socket) => {
    socket.on('data', (chunk) => received.push(chunk.toString('latin1')))
    socket.on('error', () => undefined)
    socket.write('HTTP/1.1 400 Bad Request\r\n\r\n')
    socket.end()
  }).listen(0, '127.0.0.1')
  onTestFinished(() => void silent.close())
  await once(silent, 'listening')
  const { port } = silent.address() as { port: number }
  const integration = await sftpIntegration(sallyport, port, { hostKey: first.fingerprint })
  const secret = { username: 'the-user', password: 'the-password' }
  expect(await sftpAccount(sallyport, integration, secret)).toMatchObject({
    status: 'failing',
    reason: 'upstream_unreachable',
  })
  expect(received.join('')).not.toMatch(/the-user|the-password/)
})
