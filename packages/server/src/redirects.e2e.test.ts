import { canary, findCanaries, type Sink, sink } from '@sallyport/testkit'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { connected, exchange } from './passage.suite.ts'
import { startSallyport, type TestSallyport } from './sallyport.suite.ts'
import { type WireServer, wireReply, wireServer } from './wire.suite.ts'

const secret = canary('the credential')
const adminKey = canary('the caller’s key')
const placements = {
  header: { in: 'header', name: 'X-Api-Key', template: '{token}' },
  query: { in: 'query', name: 'api_key' },
  cookie: { in: 'header', name: 'Cookie', template: 'sid={token}' },
} as const

let sallyport: TestSallyport
let upstream: WireServer
let elsewhere: Sink
const accounts = new Map<string, string>()

beforeAll(async () => {
  sallyport = await startSallyport({ SALLYPORT_ADMIN_KEY: adminKey })
  upstream = await wireServer()
  elsewhere = await sink()
  for (const [name, placement] of Object.entries(placements)) {
    // Listed, and still not followed: a host that may be called is not one that the upstream may choose.
    const hosts = [upstream.origin, elsewhere.origin]
    const definition = { baseUrl: `${upstream.origin}/base`, hosts, placement }
    accounts.set(name, await connected(sallyport, definition, { secret: { token: secret } }))
  }
})
afterAll(async () => {
  await Promise.all([sallyport.close(), upstream.close(), elsewhere.close()])
})
afterEach(() => {
  upstream.answer = () => wireReply()
  expect(elsewhere.connections).toBe(0)
})

const targets = () => ({
  'the same place': `${upstream.origin}/base/x`,
  'another path': '/other',
  'another path, relative': '../up',
  'another port': `${elsewhere.origin}/`,
  'another name of this machine': elsewhere.origin.replace('127.0.0.1', 'localhost'),
  'a subdomain': 'https://sub.api.example.test/',
  'another scheme': upstream.origin.replace('http:', 'https:'),
  'no scheme': `//${new URL(elsewhere.origin).host}/`,
  'a user before the host': `http://user@${new URL(elsewhere.origin).host}/`,
  'an inner address': 'http://169.254.169.254/latest/meta-data/',
  'what is no address': 'javascript:alert(1)',
  nothing: '',
})

test.each([300, 301, 302, 303, 304, 305, 307, 308])(
  'a %i is handed to the caller wherever it leads, and nothing of ours with it',
  async (status) => {
    for (const [where, location] of Object.entries(targets())) {
      for (const [placed, account] of accounts) {
        const method = placed === 'query' ? 'GET' : 'POST'
        upstream.answer = () =>
          `HTTP/1.1 ${status} Elsewhere\r\nLocation: ${location}\r\nContent-Length: 0\r\n\r\n`
        const before = upstream.requests.length
        const reply = await exchange(
          sallyport,
          `${method} /proxy/${account}/x`,
          [],
          method === 'POST' ? 'body' : '',
        )
        expect([where, placed, reply.line, reply.all('location')]).toEqual([
          where,
          placed,
          `HTTP/1.1 ${status} Elsewhere`,
          [location],
        ])
        expect([where, placed, upstream.requests.length - before]).toEqual([where, placed, 1])
        expect(findCanaries([reply.line, ...reply.headers.flat(), reply.body.toString()].join('\n'))).toEqual(
          [],
        )
      }
    }
    expect(findCanaries(sallyport.logged())).toEqual([])
  },
)
