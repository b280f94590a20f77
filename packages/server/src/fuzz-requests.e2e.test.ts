import { connect } from 'node:net'
import { canary, findCanaries, fuzzBudget } from '@sallyport/testkit'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connected } from './passage.suite.ts'
import { startSallyport, type TestSallyport } from './sallyport.suite.ts'
import { closed } from './stream.suite.ts'
import { type StrictEnd, strictRequests } from './strict-http.suite.ts'
import { type WireServer, wireServer } from './wire.suite.ts'

const secret = canary('the credential')
const adminKey = canary('the caller’s key')
let sallyport: TestSallyport
let upstream: WireServer
let account: string

beforeAll(async () => {
  sallyport = await startSallyport({ SALLYPORT_ADMIN_KEY: adminKey })
  upstream = await wireServer()
  account = await connected(sallyport, { baseUrl: upstream.origin }, { secret: { token: secret } })
})
afterAll(async () => {
  await Promise.all([sallyport.close(), upstream.close()])
})

/** Header lines that one server reads in one way and the next in another. */
const oddLines = [
  'Content-Length: 0',
  'Content-Length: 5',
  'Content-Length: 05',
  'Content-Length: +5',
  'Content-Length: 5, 5',
  'Content-Length: 0x5',
  'Content-Length:',
  'Content_Length: 5',
  'Content-Length : 5',
  ' Content-Length: 5',
  'Transfer-Encoding: chunked',
  'Transfer-Encoding: Chunked',
  'Transfer-Encoding:\tchunked',
  'Transfer-Encoding: chunked ',
  'Transfer-Encoding: "chunked"',
  'Transfer-Encoding: xchunked',
  'Transfer-Encoding: chunked, identity',
  'Transfer-Encoding: identity',
  'Transfer-Encoding: gzip, chunked',
  'Transfer-Encoding:',
  'Transfer_Encoding: chunked',
  'Transfer-Encoding : chunked',
  'X: y\r\n Transfer-Encoding: chunked',
  'X: y\nTransfer-Encoding: chunked',
  'X: y\rTransfer-Encoding: chunked',
  'X: y\0Transfer-Encoding: chunked',
  'Connection: close',
  'Connection: keep-alive',
  'Connection: Content-Length, Transfer-Encoding, Host, Authorization',
  'Connection: Upgrade',
  'Proxy-Connection: Upgrade',
  'Upgrade: h2c',
  'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Upgrade: websocket',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA',
  'Expect: 100-continue',
  'TE: trailers, chunked',
  'Trailer: Authorization',
  'Keep-Alive: timeout=5',
  'Proxy-Connection: keep-alive',
  'Proxy-Authorization: Bearer {key}',
  'AUTHORIZATION: Bearer {key}',
  'Sallyport-Timeout: 5s',
  'Sallyport_Timeout: 5s',
  'Sallyport-Key: {key}',
  'X-Forwarded-Host: evil.test',
  'Forwarded: host=evil.test',
  'Host: evil.test',
  'Accept: */*',
  'X Y: z',
  ': z',
  'X-\xff: z',
  'X: \xff\x80',
  `X-Long: ${'l'.repeat(70_000)}`,
]

const lines = [
  'GET {path}',
  'GET {path}?a=1',
  'POST {path}',
  'PUT {path}',
  'DELETE {path}',
  'OPTIONS {path}',
  'post {path}',
  'M-SEARCH {path}',
  'PRI *',
  'OPTIONS *',
  'GET http://sallyport.test{path}',
  'GET http://127.0.0.1:1{path}',
  'CONNECT 127.0.0.1:1',
  'GET /{path}',
  'GET  {path}',
  'GET\t{path}',
  'GET {path}#x',
  'GET {path}/../..',
]

const bodies = [
  { frame: [], body: '' },
  { frame: ['Content-Length: 5'], body: 'hello' },
  { frame: ['Content-Length: 0'], body: '' },
  { frame: ['Transfer-Encoding: chunked'], body: '5\r\nhello\r\n0\r\n\r\n' },
  { frame: ['Transfer-Encoding: chunked'], body: '5;a=b;c="d"\r\nhello\r\n00\r\n\r\n' },
  {
    frame: ['Transfer-Encoding: chunked'],
    body: '0\r\nAuthorization: Bearer evil\r\nSallyport-Target: x\r\n\r\n',
  },
  { frame: ['Content-Length: 4', 'Transfer-Encoding: chunked'], body: '5\r\nhello\r\n0\r\n\r\n' },
  { frame: ['Content-Length: {smuggled length}'], body: '{smuggled}' },
  { frame: ['Transfer-Encoding: chunked'], body: '{smuggled hex}\r\n{smuggled}\r\n0\r\n\r\n' },
  { frame: [], body: '{smuggled}' },
]

const bytes = [
  '\n',
  '\r',
  '\0',
  ' ',
  '\t',
  '\v',
  ':',
  ';',
  ',',
  '\x7f',
  '\x85',
  '\xff',
  '0',
  '5',
  'f',
  '\r\n',
  '\r\n\r\n',
  '0\r\n\r\n',
  '\n\n',
]

const request = fc.record({
  line: fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom('GET {path}', 'POST {path}') },
    fc.constantFrom(...lines),
  ),
  version: fc.oneof(
    { weight: 6, arbitrary: fc.constant('1.1') },
    fc.constantFrom('1.0', '1.2', '2.0', '0.9', '1.1 '),
  ),
  odd: fc.oneof(
    { weight: 2, arbitrary: fc.constant([]) },
    fc.array(fc.constantFrom(...oddLines), { maxLength: 3 }),
  ),
  oddFirst: fc.boolean(),
  body: fc.constantFrom(...bodies),
})

/** Bytes that are put in, taken out or doubled, at a share of the whole. */
const damage = fc.record({
  at: fc.double({ min: 0, max: 0.999, noNaN: true }),
  kind: fc.constantFrom('insert', 'replace', 'remove', 'double'),
  text: fc.constantFrom(...bytes),
})

const streams = fc.record({
  requests: fc.array(request, { minLength: 1, maxLength: 3 }),
  damages: fc.oneof(fc.constant([]), fc.array(damage, { maxLength: 3 })),
})
type Stream = typeof streams extends fc.Arbitrary<infer T> ? T : never

test('whatever is written on a connection, the upstream gets what a strict reader finds in it, and nothing else', async () => {
  const met = { passed: 0, refused: 0 }
  // Of all runs: what was on its way when a caller left may arrive during the next.
  const expected: string[] = []
  let runs = 100_000
  await fc.assert(
    fc.asyncProperty(streams, async (stream) => {
      runs += 1
      const text = written(stream, runs)
      const strict = strictRequests(text)
      expected.push(...strict.messages.filter(isForProxy).map(({ line, body }) => asSent(line, body)))
      const before = upstream.requests.length
      const answer = await answerTo(text, strict.end)
      const seen = upstream.requests.slice(before)

      for (const { line, headers, body, all } of seen) {
        const own = asSent(line, body.toString('latin1'))
        expect(expected).toContain(own)
        expected.splice(expected.indexOf(own), 1)
        expect(all('authorization')).toEqual([`Bearer ${secret}`])
        expect(all('host')).toEqual([new URL(upstream.origin).host])
        expect(
          headers.filter(([name]) => /^(sallyport|proxy|x[-_]forwarded|forwarded|te$|trailer)/i.test(name)),
        ).toEqual([])
        expect(['', 'websocket']).toContain(all('upgrade').join())
        expect(findCanaries(headers.flat().join('\n'))).toEqual(['the credential'])
      }
      expect(findCanaries(answer)).toEqual([])
      const statuses = Array.from(answer.matchAll(/HTTP\/1\.1 (\d+) /g), ([, status]) => Number(status))
      expect(statuses.filter((status) => status === 200).length).toBeLessThanOrEqual(seen.length)
      met.passed += seen.length
      if (strict.end === 'refused') met.refused += 1
    }),
    fuzzBudget(1500),
  )
  expect(met.passed).toBeGreaterThan(100)
  expect(met.refused).toBeGreaterThan(100)
})

function written({ requests, damages }: Stream, run: number): string {
  let text = requests.map((each, index) => requestOf(each, `${run}r${index}`)).join('')
  for (const { at, kind, text: piece } of damages) {
    const place = Math.floor(at * text.length)
    const rest = text.slice(kind === 'insert' || kind === 'double' ? place : place + 1)
    text = text.slice(0, place) + (kind === 'double' ? text[place] : kind === 'remove' ? '' : piece) + rest
  }
  return text
}

function requestOf({ line, version, odd, oddFirst, body }: Stream['requests'][number], name: string): string {
  const smuggled = `GET /proxy/${account}/${name}smuggled HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${adminKey}\r\n\r\n`
  const usual = ['Host: sallyport.test', 'Authorization: Bearer {key}']
  const lines = oddFirst ? [...odd, ...usual, ...body.frame] : [...usual, ...body.frame, ...odd]
  return [`${line} HTTP/${version}`, ...lines, '', body.body]
    .join('\r\n')
    .replaceAll('{path}', `/proxy/${account}/${name}`)
    .replaceAll('{key}', adminKey)
    .replaceAll('{smuggled}', smuggled)
    .replaceAll('{smuggled length}', String(smuggled.length))
    .replaceAll('{smuggled hex}', smuggled.length.toString(16))
}

function isForProxy({ line }: { readonly line: string }): boolean {
  return line.split(/ +/)[1]?.startsWith(`/proxy/${account}`) ?? false
}

/** A request as we and the upstream both can tell it. */
function asSent(line: string, body: string): string {
  const [method, path = ''] = line.split(/ +/)
  return `${method} ${path.replace(`/proxy/${account}`, '')} ${body}`
}

/** Everything that comes back. Where no strict reader would wait for more, one more request says that this is the end. */
async function answerTo(text: string, end: StrictEnd): Promise<string> {
  const socket = connect(Number(new URL(sallyport.origin).port), '127.0.0.1')
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', () => undefined)
  const isClean = end === 'clean'
  socket.write(
    Buffer.from(
      isClean ? `${text}GET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n` : text,
      'latin1',
    ),
  )
  if (end === 'unfinished') socket.end()
  // Where we wait for more than a strict reader, nothing is wrong as long as nothing is passed on.
  const patience = setTimeout(() => socket.destroy(), 1000)
  await closed(socket)
  clearTimeout(patience)
  return Buffer.concat(chunks).toString('latin1')
}
