import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { fuzzBudget } from '@sallyport/testkit'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connected, requestText } from './passage.suite.ts'
import { startSallyport, type TestSallyport } from './sallyport.suite.ts'
import { strictReply } from './strict-http.suite.ts'
import { rawExchange } from './wire.suite.ts'

let sallyport: TestSallyport
let upstream: Server
let account: string
let reply: Buffer
const sockets = new Set<Socket>()

beforeAll(async () => {
  sallyport = await startSallyport()
  upstream = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket))
    socket.on('data', (asked) => {
      if (asked.includes('/next')) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnext')
      else socket.end(reply)
    })
  })
  upstream.listen(0, '127.0.0.1')
  await once(upstream, 'listening')
  account = await connected(sallyport, {
    baseUrl: `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`,
  })
})
afterAll(async () => {
  await sallyport.close()
  upstream.close()
})

const statusLines = [
  'HTTP/1.1 200 OK',
  'HTTP/1.1 201',
  'HTTP/1.1 200 ',
  'HTTP/1.0 200 OK',
  'HTTP/1.1 204 No Content',
  'HTTP/1.1 304 Not Modified',
  'HTTP/1.1 302 Found',
  'HTTP/1.1 404 \xe9\xff',
  'HTTP/1.1 599 ',
  'HTTP/1.1 999 Odd',
  'HTTP/1.1 100 Continue',
  'HTTP/1.1 101 Switching Protocols',
  'HTTP/1.1 099 Low',
  'HTTP/1.1 000 None',
  'HTTP/1.1 1000 High',
  'HTTP/1.1 20 Short',
  'HTTP/1.1 -20 Negative',
  'HTTP/1.1 2OO OK',
  'HTTP/2 200 OK',
  'HTTP/0.9 200 OK',
  'HTTP/1.1\t200 OK',
  'HTTP/1.1 200 a\rb',
  'ICY 200 OK',
  'GET / HTTP/1.1',
  '',
]

const headerLines = [
  'Content-Type: text/html',
  'Content-Length: 5',
  'Content-Length: 6',
  'Content-Length: 4, 5',
  'Content-Length: -1',
  'Content-Length: 99999999999999999999',
  'Content-Length : 5',
  'Transfer-Encoding: chunked',
  'Transfer-Encoding: identity',
  'Transfer-Encoding: gzip, chunked',
  'Transfer-Encoding: chunked, gzip',
  'Transfer_Encoding: chunked',
  'Connection: close',
  'Connection: keep-alive',
  'Connection: Sallyport-Request-Id, Content-Security-Policy, X-Content-Type-Options',
  'Keep-Alive: timeout=1000',
  'Upgrade: websocket',
  'Trailer: Sallyport-Error',
  'Sallyport-Error: evil',
  'sallyport-request-id: evil',
  'Content-Security-Policy: default-src *',
  'X-Content-Type-Options: none',
  'Set-Cookie: sid=evil',
  'Strict-Transport-Security: max-age=0',
  'Clear-Site-Data: "*"',
  'Access-Control-Allow-Origin: *',
  'Alt-Svc: h3=":443"',
  'X: y\r\n folded',
  'X: y\nZ: w',
  'X: y\rZ: w',
  'X: y\0z',
  'X: \x01\x02',
  'X: \x7f',
  'X: \x80\xff',
  'X Y: z',
  ': z',
  'X',
  'X-\xe9: z',
  `X: ${'l'.repeat(40_000)}`,
]

const bodies = [
  'hello',
  '',
  '5\r\nhello\r\n0\r\n\r\n',
  '5;a=b\r\nhello\r\n0\r\nX-Trailer: 1\r\n\r\n',
  '5\r\nhello\r\n0\r\nSallyport-Error: evil\r\n\r\n',
  'FFFFFFFFFFFFFFFF\r\nhello',
  '-5\r\nhello\r\n0\r\n\r\n',
  '5\nhello\n0\n\n',
  'hello' + 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil',
  '0\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil',
]

const bytes = ['\n', '\r', '\0', ' ', '\t', '\v', ':', ';', '\x7f', '\xff', '0', '9', 'f', '\r\n', '\r\n\r\n']

const replies = fc.record({
  before: fc.oneof(
    { weight: 5, arbitrary: fc.constant('') },
    fc.constantFrom(
      'HTTP/1.1 100 Continue\r\n\r\n',
      'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n',
      '\r\n',
    ),
  ),
  status: fc.oneof({ weight: 1, arbitrary: fc.constant('HTTP/1.1 200 OK') }, fc.constantFrom(...statusLines)),
  lines: fc.array(fc.constantFrom(...headerLines), { maxLength: 3 }),
  body: fc.constantFrom(...bodies),
  damages: fc.array(
    fc.record({ at: fc.double({ min: 0, max: 0.999, noNaN: true }), text: fc.constantFrom(...bytes) }),
    { maxLength: 1 },
  ),
})

test('whatever an upstream writes, the caller gets the reply that a strict reader finds in it, or none', async () => {
  const met = { passed: 0, refused: 0 }
  await fc.assert(
    fc.asyncProperty(replies, async ({ before, status, lines, body, damages }) => {
      let text = `${before}${[status, ...lines, '', body].join('\r\n')}`
      for (const { at, text: piece } of damages) {
        const place = Math.floor(at * text.length)
        text = text.slice(0, place) + piece + text.slice(place)
      }
      reply = Buffer.from(text, 'latin1')
      const answer = (await ask('x')).toString('latin1')
      const got = strictReply(answer)
      const strict = strictReply(text)
      if (typeof got === 'string') {
        // Cut in the middle: what was promised did not come.
        expect([got, answer]).toEqual(['unfinished', answer])
        met.refused += 1
      } else {
        const names = got.headers.map(([name]) => name.toLowerCase())
        for (const own of ['sallyport-request-id', 'content-security-policy', 'x-content-type-options']) {
          expect(names.filter((name) => name === own)).toHaveLength(1)
        }
        expect(got.headers.flat()).not.toContain('evil')
        if (names.includes('sallyport-error')) met.refused += 1
        else {
          expect(typeof strict === 'string' ? strict : [strict.line.slice(9, 12), strict.body]).toEqual([
            got.line.slice(9, 12),
            got.body,
          ])
          met.passed += 1
        }
      }
      const next = strictReply((await ask('next')).toString('latin1'))
      expect(typeof next === 'string' ? next : [next.line, next.body]).toEqual(['HTTP/1.1 200 OK', 'next'])
    }),
    fuzzBudget(500),
  )
  expect(met.passed).toBeGreaterThan(50)
  expect(met.refused).toBeGreaterThan(50)
  // All calls go one after the other: one connection may be kept for the next.
  expect(sockets.size).toBeLessThanOrEqual(2)
})

function ask(path: string): Promise<Buffer> {
  return rawExchange(sallyport.origin, requestText(sallyport, `GET /proxy/${account}/${path}`))
}
