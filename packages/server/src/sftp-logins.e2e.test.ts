import { execFileSync } from 'node:child_process'
import { createPrivateKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  canary,
  filesIn,
  findCanaries,
  type SshKey,
  type SshKeyOptions,
  sshKey,
  startProftpd,
  startSshd,
} from '@sallyport/testkit'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { startSallyport, type TestSallyport } from './sallyport.suite.ts'
import {
  type FileServers,
  fileServers,
  filesOf,
  outcome,
  sftpAccount,
  sftpIntegration,
} from './sftp.suite.ts'

let sallyport: TestSallyport
let servers: FileServers
let integrations: Record<'OpenSSH' | 'ProFTPD', string>

beforeAll(async () => {
  ;[sallyport, servers] = await Promise.all([startSallyport(), fileServers(canary('sftp password'))])
  const pin = { hostKey: servers.hostKey.fingerprint }
  integrations = {
    OpenSSH: await sftpIntegration(sallyport, servers.sshd.port, pin),
    ProFTPD: await sftpIntegration(sallyport, servers.proftpd.port, pin),
  }
})
afterAll(async () => {
  await sallyport.close()
  await servers.stop()
})

const jo = (secret: object) => sftpAccount(sallyport, integrations.ProFTPD, { username: 'jo', ...secret })
const self = (secret: object) =>
  sftpAccount(sallyport, integrations.OpenSSH, { username: servers.sshd.username, ...secret })

describe('a private key is read', () => {
  const types = ['ed25519', 'ecdsa', 'rsa'] as const
  const options: SshKeyOptions[] = types.flatMap((type) => [
    { type },
    { type, passphrase: 'the phrase' },
    ...(type === 'ed25519'
      ? []
      : (['PEM', 'PKCS8'] as const).flatMap((format) => [
          { type, format },
          { type, format, passphrase: 'the phrase' },
        ])),
  ])

  test.each(options)('%j', async (how) => {
    await loggedIn(await sshKey(how), (key) => ({
      privateKey: key,
      ...(how.passphrase !== undefined && { passphrase: how.passphrase }),
    }))
  })

  test('Ed25519 in PKCS #8, encrypted and not', async () => {
    const pem = execFileSync('openssl', ['genpkey', '-algorithm', 'ed25519']).toString()
    const own = createPrivateKey(pem)
    const encrypted = own
      .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'p' })
      .toString()
    const { x = '' } = own.export({ format: 'jwk' })
    const blob = Buffer.concat([
      Buffer.from('\0\0\0\x0bssh-ed25519\0\0\0 ', 'latin1'),
      Buffer.from(x, 'base64url'),
    ])
    const key = { privateKey: pem, publicKey: `ssh-ed25519 ${blob.toString('base64')}`, fingerprint: '' }
    await loggedIn(key, (privateKey) => ({ privateKey }))
    await loggedIn(key, () => ({ privateKey: encrypted, passphrase: 'p' }))
  })

  test('with line breaks of Windows, as \\n, and without the last', async () => {
    const key = await sshKey()
    const ways = [
      (text: string) => text.replaceAll('\n', '\r\n'),
      (text: string) => text.replaceAll('\n', '\\n'),
    ]
    for (const way of [...ways, (text: string) => `  ${text.trim()}`]) {
      await loggedIn(key, (text) => ({ privateKey: way(text) }))
    }
  })

  async function loggedIn(key: SshKey, secret: (text: string) => object) {
    const sshd = await startSshd({ hostKeys: [servers.hostKey], authorized: [key] })
    try {
      const integration = await sftpIntegration(sallyport, sshd.port, {
        hostKey: servers.hostKey.fingerprint,
      })
      const body = { username: sshd.username, ...secret(key.privateKey) }
      const account = await sftpAccount(sallyport, integration, body)
      expect([account.status, account.reason]).toEqual(['connected', undefined])
    } finally {
      await sshd.stop()
    }
  }
})

describe('a login fails by its cause', () => {
  test('wrong password, unknown user, unknown key', async () => {
    const other = await sshKey()
    for (const secret of [{ password: 'wrong' }, { privateKey: other.privateKey }]) {
      expect(await jo(secret)).toMatchObject({ status: 'needs_reconnect', reason: 'login_refused' })
    }
    expect(await self({ privateKey: other.privateKey })).toMatchObject({ reason: 'login_refused' })
    expect(await self({ password: 'any' })).toMatchObject({ reason: 'login_refused' })
  })

  test('passphrase wrong or missing, key cut short, public, or none', async () => {
    for (const format of [undefined, 'PEM', 'PKCS8'] as const) {
      const { privateKey } = await sshKey({ type: 'rsa', passphrase: 'right', ...(format && { format }) })
      expect(await self({ privateKey })).toMatchObject({
        status: 'needs_reconnect',
        reason: 'passphrase_required',
      })
      expect(await self({ privateKey, passphrase: 'wrong' })).toMatchObject({ reason: 'passphrase_wrong' })
    }
    const { privateKey, publicKey } = servers.userKey
    const lineLost = privateKey
      .split('\n')
      .filter((_, index) => index !== 2)
      .join('\n')
    for (const text of [privateKey.slice(0, 120), publicKey, 'no key', lineLost]) {
      expect(await self({ privateKey: text })).toMatchObject({ reason: 'private_key_invalid' })
    }
    const { id, reasonDetail } = await self({ privateKey: 'no key' })
    const call = await filesOf(sallyport, id)('GET', '/')
    expect([outcome(call), call.body.detail]).toEqual(['409 account_needs_reconnect', reasonDetail])
  })

  test('a secret that lacks something is refused with its faults', async () => {
    const faults = async (secret: object | undefined) => {
      const body = { integration: integrations.OpenSSH, name: 'x', secret }
      const reply = await sallyport.request('POST', '/v1/accounts', body)
      return [reply.status, (reply.body.errors ?? []).map(({ path }: { path: string }) => path)]
    }
    expect(await faults(undefined)).toEqual([422, ['/secret/username', '/secret']])
    expect(await faults({ username: 'x' })).toEqual([422, ['/secret']])
    expect(await faults({ password: 'x' })).toEqual([422, ['/secret/username']])
    expect(await faults({ username: 'x', password: 'x', key: 'x' })).toEqual([422, ['/secret/key']])
  })

  test('a server that changes its mind is told by the call', async () => {
    const account = await self({ privateKey: servers.userKey.privateKey })
    const sshd = await startSshd({ hostKeys: [servers.hostKey], authorized: [] })
    onTestFinished(sshd.stop)
    const patch = { auth: { port: sshd.port } }
    expect((await sallyport.request('PATCH', `/v1/integrations/${integrations.OpenSSH}`, patch)).status).toBe(
      409,
    )
    const moved = await sftpIntegration(sallyport, sshd.port, { hostKey: servers.hostKey.fingerprint })
    const body = { username: sshd.username, privateKey: servers.userKey.privateKey }
    const { id } = await sftpAccount(sallyport, moved, body)
    const reply = await sallyport.request('POST', `/v1/accounts/${id}/test`)
    expect(reply.body).toMatchObject({ ok: false, reason: 'login_refused', status: 'needs_reconnect' })
    expect(outcome(await filesOf(sallyport, account.id)('GET', '/'))).toBe('200')
  })
})

test('password and key, where the server wants both', async () => {
  const password = 'both of them'
  const proftpd = await startProftpd({
    ...{ hostKeys: [servers.hostKey], authorized: [servers.userKey], username: 'jo', password },
    authMethods: ['publickey+password'],
  })
  onTestFinished(proftpd.stop)
  const integration = await sftpIntegration(sallyport, proftpd.port, { hostKey: servers.hostKey.fingerprint })
  const { privateKey } = servers.userKey
  const account = (secret: object) => sftpAccount(sallyport, integration, { username: 'jo', ...secret })
  expect(await account({ privateKey, password })).toMatchObject({ status: 'connected' })
  expect(await account({ privateKey })).toMatchObject({ reason: 'login_refused' })
  expect(await account({ password })).toMatchObject({ reason: 'login_refused' })
})

test('password, key and passphrase appear nowhere but at the server', async () => {
  const phrase = canary('sftp passphrase')
  const wrong = canary('sftp wrong password')
  const { privateKey } = await sshKey({ passphrase: phrase })
  const half = privateKey.split('\n').slice(3, 6)
  const replies: unknown[] = []
  for (const secret of [
    { password: servers.password },
    { password: wrong },
    { privateKey, passphrase: phrase },
  ]) {
    const account = await jo(secret)
    replies.push(account)
    replies.push(await sallyport.request('GET', `/v1/accounts/${account.id}`))
    replies.push(await sallyport.request('POST', `/v1/accounts/${account.id}/test`))
    replies.push(await filesOf(sallyport, account.id)('GET', '/none'))
    replies.push(await filesOf(sallyport, account.id)('GET', '/'))
  }
  const database = filesIn(sallyport.dataFolder).map((name) => {
    const file = join(sallyport.dataFolder, name)
    return readFileSync(file).toString('latin1')
  })
  for (const text of [sallyport.logged(), JSON.stringify(replies), ...database]) {
    expect(findCanaries(text)).toEqual([])
    for (const line of half) expect(text).not.toContain(line)
  }
})
