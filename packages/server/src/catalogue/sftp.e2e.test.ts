import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fakeClock, sshKey, startSshd } from '@sallyport/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { startSallyport } from '../sallyport.suite.ts'

test('the entry that is not spoken over HTTP lives its life against a server of its own kind', async () => {
  const [host, user] = [await sshKey(), await sshKey()]
  const server = await startSshd({ hostKeys: [host], authorized: [user] })
  onTestFinished(() => server.stop())
  await mkdir(join(server.files, 'root'))
  const sallyport = await startSallyport({}, undefined, fakeClock())
  onTestFinished(() => sallyport.close())

  const defined = await sallyport.request('POST', '/v1/integrations', { key: 'files', provider: 'sftp' })
  expect(defined.status, defined.text).toBe(201)
  const account = await sallyport.request('POST', '/v1/accounts', {
    ...{ integration: 'files', name: 'Ann' },
    parameters: {
      ...{ host: '127.0.0.1', port: String(server.port), root: join(server.files, 'root') },
      hostKeyFingerprint: host.fingerprint,
    },
    secret: { username: server.username, privateKey: user.privateKey },
  })
  expect(account.body, account.text).toMatchObject({ status: 'connected' })
  const path = `/sftp/${account.body.id}/a/b.txt`
  expect((await sallyport.request('PUT', path, 'text')).status).toBe(201)
  expect((await sallyport.request('GET', path)).text).toBe('text')
  const done = await sallyport.request('POST', `/v1/accounts/${account.body.id}/disconnect`)
  expect(done.body).toMatchObject({ status: 'revoked', revocation: 'unsupported' })
  expect((await sallyport.request('GET', path)).status).toBe(409)
})
