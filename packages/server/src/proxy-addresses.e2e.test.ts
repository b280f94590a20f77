import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Sink, sink } from '@sallyport/testkit'
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { connected, exchange, failureOf } from './passage.suite.ts'
import { startSallyport, type TestSallyport } from './sallyport.suite.ts'
import { type WireServer, wireReply, wireServer } from './wire.suite.ts'

let sallyport: TestSallyport
let upstream: WireServer
let elsewhere: Sink

beforeAll(async () => {
  sallyport = await startSallyport()
  upstream = await wireServer()
  elsewhere = await sink()
})
afterAll(async () => {
  await Promise.all([sallyport.close(), upstream.close(), elsewhere.close()])
})
afterEach(() => {
  expect(elsewhere.connections).toBe(0)
})

async function target(id: string, address: string, through = sallyport) {
  const before = upstream.requests.length
  const failure = failureOf(await exchange(through, `GET /proxy/${id}`, [`Sallyport-Target: ${address}`]))
  return [...failure, upstream.requests.length - before]
}

describe('Sallyport-Target', () => {
  test('stays within the origins of the definition', async () => {
    const id = await connected(sallyport, { baseUrl: `${upstream.origin}/base` })
    const port = new URL(upstream.origin).port
    expect(await target(id, `${upstream.origin}/x`)).toEqual([200, undefined, 1])
    const others = [
      elsewhere.origin,
      `${elsewhere.origin}/base`,
      `http://localhost:${port}/base`,
      `http://127.0.0.2:${port}/base`,
      `https://127.0.0.1:${port}/base`,
      'http://127.0.0.1/base',
      `http://127.0.0.1.evil.test:${port}/`,
      'https://api.evil.test/',
    ]
    for (const address of others) {
      expect([address, await target(id, address)]).toEqual([address, [403, 'host_not_allowed', 0]])
    }
  })

  test('that two parsers could read differently is refused', async () => {
    const id = await connected(sallyport, { baseUrl: `${upstream.origin}/base` })
    const [mine, theirs] = [new URL(upstream.origin).host, new URL(elsewhere.origin).host]
    const odd = [
      `http://${mine}@${theirs}/`,
      `http://user:pass@${mine}/`,
      `http://${theirs}#@${mine}/`,
      `http://${theirs}\\@${mine}/`,
      `http://${mine}\\@${theirs}/`,
      `http://${theirs}\t.${mine}/`,
      `http://${mine}/\\${theirs}/`,
      `http:\\\\${theirs}/`,
      `http:/${theirs}/`,
      `http:${theirs}/`,
      `//${theirs}/`,
      '/x',
      theirs,
      `ftp://${mine}/`,
      `file://${mine}/etc/passwd`,
      'javascript:alert(1)',
      `http://${mine.replace('127.0.0.1', '127.1')}/`,
      `http://${mine.replace('127.0.0.1', '2130706433')}/`,
      `http://${mine.replace('127.0.0.1', '0x7f000001')}/`,
      `http://${mine.replace('127.0.0.1', '127.0.0.1%2f')}/`,
      `http://${mine.replace('127', '\uff11').replace('\uff11', '%31%32%37')}/`,
      `http://${mine}, http://${theirs}`,
      '',
    ]
    for (const address of odd) {
      const [status, code, sent] = await target(id, address)
      expect([address, sent, typeof code]).toEqual([address, 0, 'string'])
      expect([400, 403]).toContain(status)
    }
  })

  test('may be where `hosts` says, and nowhere else', async () => {
    const [mine, theirs] = [new URL(upstream.origin).host, new URL(elsewhere.origin).host]
    const listed = await connected(sallyport, { hosts: [`http://${mine}`, '*.example.test'] })
    expect(await target(listed, `http://${mine}/x`)).toEqual([200, undefined, 1])
    const others = [
      `http://${theirs}/`,
      `https://${mine}/`,
      'https://example.test/',
      'https://badexample.test/',
    ]
    for (const address of others) {
      expect([address, await target(listed, address)]).toEqual([address, [403, 'host_not_allowed', 0]])
    }
  })

  test('given twice is one that is refused, or the first', async () => {
    const id = await connected(sallyport, { baseUrl: upstream.origin })
    const twice = [`Sallyport-Target: ${upstream.origin}/`, `Sallyport-Target: ${elsewhere.origin}/`]
    const { line } = await exchange(sallyport, `GET /proxy/${id}`, twice)
    expect(line).toMatch(/ (200|400|403) /)
  })
})

describe('a redirect', () => {
  test.each([301, 302, 303, 307, 308])('%i is handed to the caller and not followed', async (status) => {
    const id = await connected(sallyport, { baseUrl: upstream.origin })
    const location = `${elsewhere.origin}/?x=1`
    upstream.answer = () => wireReply(`${status} Elsewhere`, [`Location: ${location}`])
    onTestFinished(() => {
      upstream.answer = () => wireReply()
    })
    const before = upstream.requests.length
    const reply = await exchange(sallyport, `POST /proxy/${id}/x`, [], 'body')
    expect([reply.line, reply.all('location')]).toEqual([`HTTP/1.1 ${status} Elsewhere`, [location]])
    expect(upstream.requests.length - before).toBe(1)
  })
})

describe('private addresses, where the operator allows none', () => {
  let strict: TestSallyport
  beforeAll(async () => {
    strict = await startSallyport({ SALLYPORT_ALLOWED_PRIVATE_CIDRS: '' })
  })
  afterAll(() => strict.close())
  const port = () => new URL(elsewhere.origin).port

  test.each(['http', 'https'])(
    'a name that leads to one is refused when it is called: %s',
    async (scheme) => {
      const id = await connected(strict, { baseUrl: `${scheme}://localhost:${port()}` })
      expect(failureOf(await exchange(strict, `GET /proxy/${id}/x`))).toEqual([403, 'address_blocked'])
      const address = `${scheme}://localhost:${port()}/y`
      expect(await target(id, address, strict)).toEqual([403, 'address_blocked', 0])
    },
  )

  test.each([
    '127.0.0.1',
    '10.0.0.1',
    '169.254.169.254',
    '192.168.1.1',
    '0.0.0.0',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '[fd00::1]',
    '[fe80::1]',
  ])('the literal %s is refused in a definition', async (host) => {
    const definition = { key: 'x', name: 'x', auth: { type: 'api_token' } }
    for (const scheme of ['http', 'https']) {
      const baseUrl = `${scheme}://${host}:${port()}`
      const reply = await strict.request('POST', '/v1/integrations', { ...definition, baseUrl })
      expect([reply.status, reply.body.errors?.[0]?.path]).toEqual([422, '/baseUrl'])
    }
  })

  test('a literal that comes from a parameter is refused, when it is given or when it is called', async () => {
    const { status, body } = await strict.request('POST', '/v1/integrations', {
      key: 'anyHost',
      name: 'x',
      auth: { type: 'api_token' },
      baseUrl: `https://{host}:${port()}`,
      parameters: [{ name: 'host', kind: 'host' }],
    })
    expect([status, body.errors]).toEqual([201, undefined])
    for (const host of ['127.0.0.1', '10.0.0.1', 'localhost']) {
      const account = { integration: 'anyHost', name: host, secret: { token: 't' }, parameters: { host } }
      const created = await strict.request('POST', '/v1/accounts', account)
      if (created.status === 422) continue
      const failure = failureOf(await exchange(strict, `GET /proxy/${created.body.id}/x`))
      expect([host, failure]).toEqual([host, [403, 'address_blocked']])
    }
  })

  test('a token address that leads to one is refused before any secret is sent', async () => {
    const id = await connected(
      strict,
      { baseUrl: 'https://api.example.test', auth: clientCredentials(`https://localhost:${port()}/token`) },
      {},
    )
    const account = (await strict.request('GET', `/v1/accounts/${id}`)).body
    expect([account.status, account.reason]).toEqual(['failing', 'address_blocked'])
    expect(failureOf(await exchange(strict, `GET /proxy/${id}/x`))).toEqual([403, 'address_blocked'])
    expect((await strict.request('POST', `/v1/accounts/${id}/renew`)).body).toMatchObject({
      status: 403,
      code: 'address_blocked',
    })
  })

  test('an address that was allowed before is refused after the range is withdrawn', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sallyport-'))
    const before = await startSallyport({}, folder)
    const literal = await connected(before, { baseUrl: elsewhere.origin })
    await before.close({ keep: true })
    const after = await startSallyport({ SALLYPORT_ALLOWED_PRIVATE_CIDRS: '10.0.0.0/8' }, folder)
    onTestFinished(() => after.close())
    expect(failureOf(await exchange(after, `GET /proxy/${literal}/x`))).toEqual([403, 'address_blocked'])
  })

  function clientCredentials(tokenUrl: string) {
    return { type: 'oauth2', grant: 'client_credentials', clientId: 'c', clientSecret: 's', tokenUrl }
  }
})

describe('the practice provider', () => {
  test('is exempt at its exact origin, and nothing beside it', async () => {
    const practicing = await startSallyport({
      SALLYPORT_ALLOWED_PRIVATE_CIDRS: '',
      SALLYPORT_PRACTICE: 'on',
    })
    onTestFinished(() => practicing.close())
    const origin = practicing.practiceOrigin ?? 'no practice provider'
    const port = new URL(origin).port
    const key = { placement: { in: 'header', name: 'X-Api-Key', template: '{token}' } }
    const secret = { secret: { token: 'practice-key' } }
    const id = await connected(practicing, { ...key, baseUrl: `${origin}/keyed` }, secret)
    expect(failureOf(await exchange(practicing, `GET /proxy/${id}/me`))).toEqual([200, undefined])

    const beside = [
      `https://127.0.0.1:${port}`,
      elsewhere.origin,
      `http://127.0.0.2:${port}`,
      `http://[::1]:${port}`,
    ]
    for (const baseUrl of beside) {
      const definition = { key: 'beside', name: 'x', auth: { type: 'api_token' }, baseUrl }
      const { status, body } = await practicing.request('POST', '/v1/integrations', definition)
      expect([baseUrl, status, body.errors?.[0]?.code]).toEqual([baseUrl, 422, 'address_blocked'])
    }
    const byName = await connected(practicing, { ...key, baseUrl: `http://localhost:${port}` }, secret)
    expect(failureOf(await exchange(practicing, `GET /proxy/${byName}/x`))).toEqual([403, 'address_blocked'])

    const wide = { baseUrl: origin, hosts: [origin, elsewhere.origin, `https://127.0.0.1:${port}`] }
    const listed = await connected(practicing, wide, secret)
    for (const address of [`${elsewhere.origin}/x`, `https://127.0.0.1:${port}/x`]) {
      expect([address, await target(listed, address, practicing)]).toEqual([
        address,
        [403, 'address_blocked', 0],
      ])
    }
  })

  test('has no exemption while it is off', async () => {
    const strict = await startSallyport({ SALLYPORT_ALLOWED_PRIVATE_CIDRS: '', SALLYPORT_PRACTICE: 'off' })
    onTestFinished(() => strict.close())
    const own = { key: 'own', name: 'x', auth: { type: 'api_token' }, baseUrl: strict.origin }
    const { status, body } = await strict.request('POST', '/v1/integrations', own)
    expect([strict.practiceOrigin, status, body.errors[0].code]).toEqual([undefined, 422, 'address_blocked'])
  })
})
