import { Readable } from 'node:stream'
import { expect, onTestFinished, test } from 'vitest'
import { Secret } from '../secret.ts'
import { socketServer } from './servers.suite.ts'
import { openSftp } from './sftp-session.ts'
import type { FileServer, SshPolicy } from './ssh.ts'
import { sshServer } from './ssh-server.suite.ts'

const never = new AbortController().signal

async function opened(policy: Parameters<typeof openSftp>[0], account: FileServer) {
  const session = await openSftp(policy, account, never)
  onTestFinished(() => session.end())
  return session
}

test('a server that says nothing is given up in time', async () => {
  const silent = await socketServer((socket) => socket.resume())
  const { account, policy } = await sshServer()
  const impatient: SshPolicy = { ...policy, loginTimeoutMilliseconds: 50 }
  await expect(openSftp(impatient, { ...account, port: silent.port }, never)).rejects.toMatchObject({
    code: 'upstream_timeout',
  })
  await expect.poll(() => silent.open.size).toBe(0)
})

test('a question without an answer ends the session, and all that were asked with it', async () => {
  const { account, policy } = await sshServer({ silentAfter: 'LSTAT' })
  const session = await opened({ ...policy, silenceMilliseconds: 500 }, account)
  const both = await Promise.allSettled([session.linkFacts('a'), session.linkFacts('b')])
  expect(both).toMatchObject([
    { reason: { code: 'upstream_timeout' } },
    { reason: { code: 'upstream_timeout' } },
  ])
  await expect(session.facts('.')).rejects.toMatchObject({ code: 'upstream_timeout' })
  expect(session.isEnded).toBe(true)
})

test('the password answers a dialogue, where the server asks for it there', async () => {
  const answers: string[][] = []
  const { account, policy, asked } = await sshServer({
    onLogin(attempt) {
      if (attempt.method !== 'keyboard-interactive') return attempt.reject(['keyboard-interactive'])
      attempt.prompt([{ prompt: 'Password: ', echo: false }], (given) => {
        answers.push(given)
        attempt.accept()
      })
    },
  })
  expect((await (await opened(policy, account)).facts('.')).type).toBe('folder')
  expect([answers, asked]).toEqual([[['right']], ['login password', 'login keyboard-interactive']])
})

test('a password that was refused is not sent again in another way', async () => {
  const { account, policy, asked } = await sshServer({
    onLogin: (attempt) => attempt.reject(['password', 'keyboard-interactive']),
  })
  await expect(openSftp(policy, account, never)).rejects.toMatchObject({ code: 'login_refused' })
  expect(asked).toEqual(['login password'])
})

test('a key that is not accepted gets no login', async () => {
  const { account, policy, asked } = await sshServer()
  for (const hostKey of [undefined, `SHA256:${'A'.repeat(43)}`]) {
    await expect(openSftp(policy, { ...account, hostKey }, never)).rejects.toMatchObject({
      code: hostKey === undefined ? 'host_key_unknown' : 'host_key_changed',
      hostKey: account.hostKey,
    })
  }
  expect(asked).toEqual([])
  expect((await opened(policy, { ...account, hostKey: `${account.hostKey}=` })).isEnded).toBe(false)
})

test('a key whose passphrase would take the process for minutes is refused', async () => {
  const { account, policy, asked } = await sshServer()
  const string = (text: string | Buffer) => {
    const length = Buffer.alloc(4)
    length.writeUInt32BE(text.length)
    return Buffer.concat([length, Buffer.from(text)])
  }
  const options = Buffer.concat([string('salt'), Buffer.from([0, 1, 0, 0])])
  const body = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    string('aes256-ctr'),
    string('bcrypt'),
    string(options),
  ])
  const text = `-----BEGIN OPENSSH PRIVATE KEY-----\n${body.toString('base64')}\n-----END OPENSSH PRIVATE KEY-----\n`
  const login = { ...account, privateKey: new Secret(text), passphrase: new Secret('x') }
  await expect(openSftp(policy, login, never)).rejects.toMatchObject({
    code: 'private_key_invalid',
    message: expect.stringContaining('rounds'),
  })
  expect(asked).toEqual([])
})

test('bytes go by in order, whatever the server', async () => {
  const { account, policy, files } = await sshServer()
  const session = await opened(policy, account)
  const handle = await session.create('./a')
  let position = 0
  for await (const chunk of Readable.from([Buffer.from('one '), Buffer.from('two')])) {
    await session.write(handle, chunk, position)
    position += chunk.length
  }
  await session.close(handle)
  expect(files.get('./a')?.toString()).toBe('one two')
})
