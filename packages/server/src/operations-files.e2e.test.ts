import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Sshd, sshKey, startSshd } from '@sallyport/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startSallyport, type TestSallyport } from './sallyport.suite.ts'
import { sftpAccount, sftpIntegration } from './sftp.suite.ts'

let sallyport: TestSallyport
let sshd: Sshd
let account: string

beforeAll(async () => {
  const [hostKey, userKey] = await Promise.all([sshKey(), sshKey()])
  ;[sallyport, sshd] = await Promise.all([
    startSallyport({ SALLYPORT_OPERATION_REPLY_BYTES: '20000' }),
    startSshd({ hostKeys: [hostKey], authorized: [userKey] }),
  ])
  const integration = await sftpIntegration(sallyport, sshd.port, { hostKey: hostKey.fingerprint })
  const secret = { username: sshd.username, privateKey: userKey.privateKey }
  account = (await sftpAccount(sallyport, integration, secret)).id
})
afterAll(async () => {
  await sallyport.close()
  await sshd.stop()
})

let count = 0

async function run(steps: readonly object[], body: object = {}) {
  count += 1
  const saved = await sallyport.request('POST', '/v1/operations', {
    key: `files${count}`,
    name: 'Files',
    steps,
  })
  expect(saved.status, saved.text).toBe(201)
  return sallyport.request('POST', `/v1/operations/files${count}/run`, { account, ...body })
}

const sftp = (name: string, action: string, path: string, more: object = {}) => ({
  ...{ name, kind: 'sftp', action, path, ...more },
})

test('files are written, listed, read and deleted by steps, and each is told of as a call', async () => {
  const reply = await run(
    [
      sftp('put', 'put', '/in/a report {input.name}.txt', { content: 'Dear {input.name}' }),
      sftp('bytes', 'put', 'in/b.bin', { content: 'AAEC', encoding: 'base64' }),
      sftp('list', 'list', '/in'),
      sftp('get', 'get', 'in/{steps.list.items.0.name}'),
      sftp('back', 'get', 'in/b.bin', { encoding: 'base64' }),
      sftp('gone', 'delete', 'in/b.bin'),
      {
        ...{ name: 'end', kind: 'return' },
        value: ['{steps.put}', '{steps.list.items}', '{steps.back.content}', '{steps.gone}'],
      },
    ],
    { input: { name: 'Änne' } },
  )
  const [put, items, back, gone] = reply.body.output
  expect([put, back, gone], reply.text).toEqual([{ created: true }, 'AAEC', { deleted: true }])
  expect(items.map(({ name }: { name: string }) => name).sort()).toEqual(['a report Änne.txt', 'b.bin'])
  expect(readFileSync(join(sshd.files, 'in/a report Änne.txt'), 'utf8')).toBe('Dear Änne')
  await sallyport.runDue()
  const { body } = await sallyport.request('GET', `/v1/events?type=call&account=${account}&limit=6`)
  expect(
    body.items.map(
      ({ data }: { data: { method: string; status: number } }) => `${data.method} ${data.status}`,
    ),
  ).toEqual(['DELETE 204', 'GET 200', 'GET 200', 'GET 200', 'PUT 201', 'PUT 201'])
})

test('a value is one name in a path, and a file that is too large is refused', async () => {
  const escaped = await run([sftp('get', 'get', 'in/{input.name}')], { input: { name: '../../etc/passwd' } })
  expect(escaped.status, escaped.text).toBe(400)
  const large = await run([
    sftp('put', 'put', 'large', { content: 'x'.repeat(30_000) }),
    sftp('get', 'get', 'large'),
  ])
  expect([large.status, large.body.code, large.body.step]).toEqual([502, 'reply_too_large', 'get'])
})

test('a failure says which step failed, and is caught; a dry run touches nothing', async () => {
  const missing = await run([sftp('get', 'get', 'nothing')])
  expect([missing.status, missing.body.code, missing.body.step]).toEqual([404, 'file_not_found', 'get'])
  const attempt = {
    ...{ name: 'try', kind: 'try', steps: [sftp('get', 'get', 'nothing')] },
    catch: [{ name: 'told', kind: 'return', value: '{error.code}' }],
  }
  expect((await run([attempt])).body.output).toBe('file_not_found')
  const dry = await run([sftp('gone', 'delete', 'in/a')], { dryRun: true })
  expect(dry.body).toEqual({
    request: { step: 'gone', method: 'DELETE', url: `/sftp/${account}/in/a`, headers: [] },
  })
})
