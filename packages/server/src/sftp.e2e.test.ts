import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CallEventReply } from '@sallyport/contract'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { exchange, failureOf } from './passage.suite.ts'
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
/** By server: calls of an account there, and the folder that its paths begin at. */
const places = new Map<string, { call: ReturnType<typeof filesOf>; folder: string; account: string }>()

beforeAll(async () => {
  ;[sallyport, servers] = await Promise.all([startSallyport(), fileServers()])
  const { hostKey, userKey, password, sshd, proftpd } = servers
  const secrets = {
    OpenSSH: { username: sshd.username, privateKey: userKey.privateKey },
    ProFTPD: { username: 'jo', password },
  }
  for (const [name, server] of Object.entries({ OpenSSH: sshd, ProFTPD: proftpd })) {
    const integration = await sftpIntegration(sallyport, server.port, { hostKey: hostKey.fingerprint })
    const account = await sftpAccount(sallyport, integration, secrets[name as keyof typeof secrets])
    expect(account).toMatchObject({ status: 'connected', generation: 1 })
    places.set(name, { call: filesOf(sallyport, account.id), folder: server.files, account: account.id })
  }
})
afterAll(async () => {
  await sallyport.close()
  await servers.stop()
})

describe.each(['OpenSSH', 'ProFTPD'])('files of %s', (name) => {
  const place = () => {
    const found = places.get(name)
    if (!found) throw new Error(name)
    return found
  }
  const call: ReturnType<typeof filesOf> = (...args) => place().call(...args)
  const at = (path: string) => join(place().folder, path)
  const put = async (path: string, body: string | Buffer) => outcome(await call('PUT', path, { body }))

  test('are told of as calls, with what was sent and received', async () => {
    await put('/told/4711.bin', Buffer.alloc(300_000))
    expect((await call('GET', '/told/4711.bin', {})).status).toBe(200)
    expect((await call('GET', '/told/nothing', {})).status).toBe(404)
    const query = `type=call&account=${place().account}&limit=3`
    const { body } = await sallyport.request('GET', `/v1/events?${query}`)
    const told = body.items.map(({ data }: CallEventReply) => [
      `${data.method} ${data.path} ${data.status} ${data.code ?? ''}`,
      data.bytes,
      data.attempts,
    ])
    expect(told).toEqual([
      ['GET /told/nothing 404 file_not_found', { up: 0, down: 0 }, 1],
      ['GET /told/{id} 200 ', { up: 0, down: 300_000 }, 1],
      ['PUT /told/{id} 201 ', { up: 300_000, down: 0 }, 1],
    ])
    expect(body.items[0].data.host).toMatch(/^127\.0\.0\.1:\d+$/)
  })

  test('are written with the folders above them, replaced, read and deleted', async () => {
    expect(await put('/2026/11/report.txt', 'first')).toBe('201')
    expect(readFileSync(at('2026/11/report.txt'), 'utf8')).toBe('first')
    expect(await put('/2026/11/report.txt', 'second')).toBe('204')
    const read = await call('GET', '/2026/11/report.txt')
    expect([read.status, read.text, read.headers.get('content-length')]).toEqual([200, 'second', '6'])
    expect(Object.fromEntries(read.headers)).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-security-policy': 'sandbox',
      'x-content-type-options': 'nosniff',
      'accept-ranges': 'bytes',
      'sallyport-request-id': expect.stringMatching(/^req_/),
    })
    expect(new Date(read.headers.get('last-modified') ?? '').getFullYear()).toBe(new Date().getFullYear())
    expect(readdirSync(at('2026/11'))).toEqual(['report.txt'])
    expect(outcome(await call('DELETE', '/2026/11/report.txt'))).toBe('204')
    expect(existsSync(at('2026/11/report.txt'))).toBe(false)
  })

  test('may be empty', async () => {
    expect(await put('/empty', '')).toBe('201')
    const read = await call('GET', '/empty')
    expect([read.status, read.text, read.headers.get('content-length')]).toEqual([200, '', '0'])
  })

  test('are read in part', async () => {
    await put('/digits', '0123456789')
    const part = async (range: string, headers = {}) => {
      const reply = await call('GET', '/digits', { headers: { range, ...headers } })
      return [outcome(reply), reply.status < 300 ? reply.text : '', reply.headers.get('content-range')]
    }
    expect(await part('bytes=2-4')).toEqual(['206', '234', 'bytes 2-4/10'])
    expect(await part('bytes=7-')).toEqual(['206', '789', 'bytes 7-9/10'])
    expect(await part('bytes=-3')).toEqual(['206', '789', 'bytes 7-9/10'])
    expect(await part('bytes=8-100')).toEqual(['206', '89', 'bytes 8-9/10'])
    expect(await part('bytes=10-')).toEqual(['416 range_not_satisfiable', '', 'bytes */10'])
    for (const ignored of ['bytes=0-1,3-4', 'lines=1-2', 'bytes=4-2', 'bytes=-']) {
      expect(await part(ignored)).toEqual(['200', '0123456789', null])
    }
    expect(await part('bytes=2-4', { 'if-range': '"x"' })).toEqual(['200', '0123456789', null])
  })

  test('are inspected by HEAD', async () => {
    await put('/inspected', 'twelve bytes')
    const reply = await call('HEAD', '/inspected')
    expect([reply.status, reply.text, reply.headers.get('content-length')]).toEqual([200, '', '12'])
    expect((await call('HEAD', '/absent')).status).toBe(404)
  })

  test('keep names with spaces, percent signs, quotes and letters of any script', async () => {
    const names = [
      'with space',
      '100%',
      '%2e%2e x',
      'über-日本語 🗂',
      "it's",
      'a;b',
      'q?x#y',
      '.hidden',
      '+&=',
    ]
    for (const name of names) {
      expect(await put(`/names/${encodeURIComponent(name)}`, name)).toBe('201')
      expect((await call('GET', `/names/${encodeURIComponent(name)}`)).text).toBe(name)
    }
    expect(readdirSync(at('names')).sort()).toEqual([...names].sort())
    const listed = (await call('GET', '/names/')).body.items as { name: string }[]
    expect(listed.map((item) => item.name).sort()).toEqual([...names].sort())
  })

  test('are listed by folder, with type, size and time', async () => {
    await put('/listed/a.txt', 'abc')
    await put('/listed/below/b.txt', '')
    const reply = await call('GET', '/listed/')
    expect([reply.status, reply.headers.get('content-type')]).toEqual([200, 'application/json'])
    const items = [...reply.body.items].sort((one, other) => one.name.localeCompare(other.name))
    expect(items).toEqual([
      { name: 'a.txt', type: 'file', size: 3, modified: expect.stringMatching(/^2\d{3}-.*Z$/) },
      { name: 'below', type: 'folder', size: expect.any(Number), modified: expect.any(String) },
    ])
    const root = await call('GET', '/')
    expect(root.body.items.map((item: { name: string }) => item.name)).toContain('listed')
    expect((await call('GET', '')).status).toBe(200)
    expect((await call('HEAD', '/listed/')).status).toBe(200)
  })

  test('folders are made and deleted, unless something lies in them', async () => {
    expect(outcome(await call('PUT', '/made/deep/'))).toBe('201')
    expect(outcome(await call('PUT', '/made/deep/'))).toBe('204')
    expect((await call('GET', '/made/deep/')).body).toEqual({ items: [] })
    expect(outcome(await call('DELETE', '/made/'))).toBe('409 folder_not_empty')
    expect(outcome(await call('DELETE', '/made/deep/'))).toBe('204')
    expect(outcome(await call('DELETE', '/made/'))).toBe('204')
    expect(outcome(await call('DELETE', '/'))).toBe('400 bad_request')
  })

  test('what is absent, or of another kind, is named as that', async () => {
    await put('/kinds/file', 'x')
    const kinds = {
      'GET /kinds/none': '404 file_not_found',
      'GET /kinds/none/': '404 file_not_found',
      'GET /kinds': '409 not_a_file',
      'GET /kinds/file/': '409 not_a_folder',
      'DELETE /kinds/none': '404 file_not_found',
      'DELETE /kinds': '409 not_a_file',
      'DELETE /kinds/file/': '409 not_a_folder',
      'PUT /kinds': '409 not_a_file',
      'PUT /kinds/file/': '409 not_a_folder',
      'PUT /kinds/file/below': '409 not_a_folder',
      'POST /kinds/file': '405 method_refused',
    }
    const found = Object.fromEntries(
      await Promise.all(
        Object.keys(kinds).map(async (line) => {
          const [method = '', path = ''] = line.split(' ')
          return [line, outcome(await call(method, path))]
        }),
      ),
    )
    expect(found).toEqual(kinds)
    expect(readFileSync(at('kinds/file'), 'utf8')).toBe('x')
  })

  test('keep the permissions of the file that they replace', async () => {
    await put('/script.sh', 'old')
    chmodSync(at('script.sh'), 0o666)
    await put('/script.sh', 'new')
    expect(outcome(await call('GET', '/script.sh'))).toBe('200')
  })

  test('eleven calls at once all succeed', async () => {
    const numbers = Array.from({ length: 11 }, (_, index) => index)
    expect(await Promise.all(numbers.map((n) => put(`/many/${n}`, `content ${n}`)))).toEqual(
      numbers.map(() => '201'),
    )
    const texts = await Promise.all(numbers.map(async (n) => (await call('GET', `/many/${n}`)).text))
    expect(texts).toEqual(numbers.map((n) => `content ${n}`))
  })

  test('whoever reads while a file is replaced sees the old one or the new', async () => {
    const [old, young] = ['a', 'b'].map((letter) => Buffer.alloc(3_000_000, letter))
    if (!old || !young) throw new TypeError()
    await put('/replaced', old)
    const seen = new Set<string>()
    for (const next of [young, old]) {
      const [, ...reads] = await Promise.all([
        put('/replaced', next),
        ...Array.from({ length: 4 }, () => call('GET', '/replaced')),
      ])
      for (const { text, status } of reads) {
        expect([status, text.length]).toEqual([200, 3_000_000])
        for (const letter of new Set(text))
          seen.add(`${letter}${text.lastIndexOf(letter) - text.indexOf(letter)}`)
      }
    }
    for (const run of seen) expect(run).toMatch(/^[ab]2999999$/)
  })
})

test('a path cannot leave the folder, however it is written', async () => {
  const { call, folder, account } = places.get('OpenSSH') ?? {}
  if (!call || !folder) throw new TypeError()
  writeFileSync(join(folder, '..', 'outside'), 'secret')
  mkdirSync(join(folder, 'inner'))
  const paths = [
    ...[
      '%2e%2e/outside',
      'inner/%2E./%2e%2e/outside',
      '%252e%252e/outside',
      '..%2foutside',
      'inner%2F..%2Foutside',
    ],
    ...['..%5coutside', 'a%5Cb', 'a%2Fb', 'inner/a%2fb', '/etc/passwd', '%2Fetc/passwd', '%2fetc%2fpasswd'],
    ...['inner//x', 'a%00b', 'a%0ab', 'a%7fb', '%ff', '%c3%28', '%E0%80%AF', '..;/outside', '%'],
  ]
  for (const method of ['GET', 'PUT', 'DELETE']) {
    for (const path of paths) {
      // As bytes, because clients take dot segments out by themselves.
      const reply = await exchange(sallyport, `${method} /sftp/${account}/${path}`)
      expect([method, path, ...failureOf(reply)]).toEqual([method, path, 400, 'path_refused'])
    }
  }
  expect(readdirSync(join(folder, 'inner'))).toEqual([])
  expect(readFileSync(join(folder, '..', 'outside'), 'utf8')).toBe('secret')
  expect(outcome(await call('GET', '/a?b'))).toBe('400 bad_request')
})

test('a root in the definition is where paths begin, filled in for each account', async () => {
  const { sshd, hostKey, userKey } = servers
  const integration = await sftpIntegration(
    sallyport,
    sshd.port,
    { hostKey: hostKey.fingerprint, root: `${sshd.files}/tenants/{tenant}` },
    { parameters: [{ name: 'tenant', required: true }] },
  )
  mkdirSync(join(sshd.files, 'tenants/one'), { recursive: true })
  const secret = { username: sshd.username, privateKey: userKey.privateKey }
  const { id, status } = await sftpAccount(sallyport, integration, secret, { parameters: { tenant: 'one' } })
  expect(status).toBe('connected')
  const call = filesOf(sallyport, id)
  expect(outcome(await call('PUT', '/in/x', { body: 'x' }))).toBe('201')
  expect(readFileSync(join(sshd.files, 'tenants/one/in/x'), 'utf8')).toBe('x')
  expect((await call('GET', '/')).body.items).toMatchObject([{ name: 'in', type: 'folder' }])
  const away = { integration, name: 'x', secret, parameters: { tenant: '../..' } }
  const refused = await sallyport.request('POST', '/v1/accounts', away)
  expect([refused.status, refused.body.errors]).toMatchObject([422, [{ path: '/parameters/tenant' }]])
})

test('what the server forbids is told as that, and changes nothing', async () => {
  const { call, folder } = places.get('ProFTPD') ?? {}
  if (!call || !folder) throw new TypeError()
  mkdirSync(join(folder, 'locked'))
  writeFileSync(join(folder, 'locked/file'), 'kept')
  // Where the tests run as root, the server serves as nobody; else as the same user.
  chmodSync(join(folder, 'locked/file'), 0o000)
  chmodSync(join(folder, 'locked'), 0o555)
  expect(outcome(await call('GET', '/locked/file'))).toBe('403 permission_denied')
  expect(outcome(await call('PUT', '/locked/new', { body: 'x' }))).toBe('403 permission_denied')
  expect(outcome(await call('PUT', '/locked/a/b/new', { body: 'x' }))).toBe('403 permission_denied')
  expect(outcome(await call('DELETE', '/locked/file'))).toBe('403 permission_denied')
  expect(readdirSync(join(folder, 'locked'))).toEqual(['file'])
  chmodSync(join(folder, 'locked'), 0o755)
})

test('use is noted', async () => {
  const { account } = places.get('OpenSSH') ?? {}
  await expect
    .poll(async () => (await sallyport.request('GET', `/v1/accounts/${account}`)).body.lastUsedAt, {
      timeout: 10_000,
    })
    .toBeDefined()
})

test('files are reached by an adapter, as the account that the profile of the key binds it to', async () => {
  const { hostKey, userKey, sshd } = servers
  const integration = await sftpIntegration(sallyport, sshd.port, { hostKey: hostKey.fingerprint })
  const secret = { username: sshd.username, privateKey: userKey.privateKey }
  const { id } = await sftpAccount(sallyport, integration, secret)
  const post = async (path: string, body: object) => {
    const reply = await sallyport.request('POST', path, body)
    expect(reply.status, reply.text).toBe(201)
    return reply.body
  }
  await post('/v1/apps', { key: 'ledger', name: 'Ledger', adapters: [{ name: 'drop', integration }] })
  const profile = { environment: 'development', bindings: { drop: id } }
  expect((await sallyport.request('PUT', '/v1/apps/ledger/profiles/dev', profile)).status).toBe(200)
  const keyOf = async (name: string) => {
    const input = { name, scopes: ['proxy:call'], app: 'ledger', profile: name }
    return (await post('/v1/keys', input)).key as string
  }
  const [key, unbound] = [await keyOf('dev'), await keyOf('qa')]
  const call = filesOf(sallyport, 'drop')
  expect(outcome(await call('PUT', '/adapter/1.txt', { body: 'one', key }))).toBe('201')
  expect((await call('GET', '/adapter/1.txt', { key })).text).toBe('one')
  expect(readFileSync(join(sshd.files, 'adapter/1.txt'), 'utf8')).toBe('one')
  const refused = await Promise.all(
    [unbound, sallyport.adminKey].map((each) => call('GET', '/adapter/1.txt', { key: each })),
  )
  expect(refused.map(outcome)).toEqual(['409 adapter_unbound', '400 profile_required'])
})
