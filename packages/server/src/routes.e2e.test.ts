import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connected, exchange } from './passage.suite.ts'
import { startSallyport, type TestSallyport } from './sallyport.suite.ts'
import { type WireServer, wireServer } from './wire.suite.ts'

let sallyport: TestSallyport
let upstream: WireServer
let account: string

beforeAll(async () => {
  sallyport = await startSallyport()
  upstream = await wireServer()
  account = await connected(sallyport, { baseUrl: upstream.origin })
  const auth = { type: 'api_token' }
  const integration = { key: 'spelled', name: 'Spelled', baseUrl: upstream.origin, auth }
  await sallyport.request('POST', '/v1/integrations', integration)
})
afterAll(async () => {
  await Promise.all([sallyport.close(), upstream.close()])
})

/** Other ways to write a path, some of which some servers read as the same. */
function spellings(path: string): string[] {
  const [, first = '', ...rest] = path.split('/')
  const more = rest.join('/')
  const hex = (text: string) => `%${text.charCodeAt(0).toString(16)}`
  return [
    `//${first}/${more}`,
    `///${first}/${more}`,
    `/${first.toUpperCase()}/${more}`,
    `/${hex(first)}${first.slice(1)}/${more}`,
    `/%25${hex(first).slice(1)}${first.slice(1)}/${more}`,
    `/${first}%2f${more}`,
    `/${first}%2F${more}`,
    `/${first}%5c${more}`,
    `/${first}\\${more}`,
    `/${first};/${more}`,
    `/${first};x=1/${more}`,
    `/${first}.json/${more}`,
    `/${first}%20/${more}`,
    `/${first}%00/${more}`,
    `/./${first}/${more}`,
    `/x/../${first}/${more}`,
    `/x/%2e%2e/${first}/${more}`,
    `/v1/../${first}/${more}`,
    `/${first}/./${more}`,
    `/${first}//${more}`,
    `/healthz/../${first}/${more}`,
    `/healthz;/${first}/${more}`,
    `/openapi.json/${first}/${more}`,
    `http://sallyport.test/${first}/${more}`,
    `http://other.test/${first}/${more}`,
    `/${first}/${more}/`,
    `/${first}/${more};x`,
    `/${first}/${more}%3f`,
    `/${first}/${more}.json`,
  ]
}

const none = ['Authorization: Bearer none']

describe('no other spelling of an address', () => {
  test.each(['/v1/accounts', '/v1/keys', '/v1/integrations/spelled', '/v1/events'])(
    '%s gives without a key what that refuses, and with one it is the same place or none',
    async (path) => {
      const proper = await exchange(sallyport, `GET ${path}`)
      expect(proper.line).toBe('HTTP/1.1 200 OK')
      for (const spelling of spellings(path)) {
        const refused = await exchange(sallyport, `GET ${spelling}`, none)
        expect([spelling, refused.line]).toEqual([spelling, expect.stringMatching(/^HTTP\/1\.1 40[014] /)])
        const reply = await exchange(sallyport, `GET ${spelling}`)
        if (reply.line !== proper.line) {
          expect([spelling, reply.line]).toEqual([spelling, expect.stringMatching(/^HTTP\/1\.1 40[04] /)])
          continue
        }
        expect([spelling, refused.line]).toEqual([spelling, expect.stringMatching(/ 401 /)])
        expect([spelling, reply.body.toString(), reply.all('cache-control')]).toEqual([
          spelling,
          proper.body.toString(),
          ['no-store'],
        ])
      }
    },
  )

  test.each(['proxy', 'sftp'])('reaches /%s without a key, or another account with one', async (room) => {
    const before = upstream.requests.length
    for (const spelling of spellings(`/${room}/${account}/x`)) {
      const refused = await exchange(sallyport, `GET ${spelling}`, none)
      expect([spelling, refused.line]).toEqual([spelling, expect.stringMatching(/^HTTP\/1\.1 40[014] /)])
    }
    expect(upstream.requests.length).toBe(before)
    for (const spelling of spellings(`/${room}/${account}/x`)) await exchange(sallyport, `GET ${spelling}`)
    for (const { line, all } of upstream.requests.slice(before)) {
      expect(line).toMatch(/^GET \/x[/;%.]?/)
      expect(all('host')).toEqual([new URL(upstream.origin).host])
    }
  })
})

test('the passage is routed as it is written: no other spelling reaches it', async () => {
  const before = upstream.requests.length
  const spellings = [
    '//proxy',
    '/PROXY',
    '/%70roxy',
    '/proxy;x',
    '/./proxy',
    '/v1/../proxy',
    '/proxy/',
    '/proxy%2F',
  ]
  const lines = spellings.map((spelling) => `${spelling}/${account}/x`)
  const accounts = [
    account.toUpperCase(),
    `%61${account.slice(1)}`,
    `${account};x`,
    `${account}%2Fx`,
    `./${account}`,
  ]
  lines.push(
    ...accounts.map((spelling) => `/proxy/${spelling}/x`),
    `http://sallyport.test/proxy/${account}/x`,
  )
  for (const line of lines) {
    const { line: status } = await exchange(sallyport, `GET ${line}`)
    expect([line, status]).toEqual([line, expect.stringMatching(/^HTTP\/1\.1 4\d\d /)])
  }
  expect(upstream.requests.length).toBe(before)
})

test('neither cookies nor anything but a key opens the passage', async () => {
  const before = upstream.requests.length
  const credentials = [
    [`Cookie: session=${sallyport.adminKey}`],
    [`Cookie: __Host-session=${sallyport.adminKey}; sallyport=${sallyport.adminKey}`],
    [`X-Api-Key: ${sallyport.adminKey}`],
    [`Sallyport-Key: ${sallyport.adminKey}`],
    [`X-Forwarded-Authorization: Bearer ${sallyport.adminKey}`, 'X-Forwarded-User: admin'],
    [`Proxy-Authorization: Bearer ${sallyport.adminKey}`],
  ]
  for (const headers of credentials) {
    for (const path of [
      `/proxy/${account}/x`,
      `/proxy/${account}/x?access_token=${sallyport.adminKey}`,
      '/v1/accounts',
    ]) {
      const reply = await exchange(sallyport, `GET ${path}`, [...headers, 'Authorization: '])
      expect([headers, path, reply.line]).toEqual([headers, path, 'HTTP/1.1 401 Unauthorized'])
    }
  }
  expect(upstream.requests.length).toBe(before)
})
