import { posix } from 'node:path'
import { fuzzBudget } from '@sallyport/testkit'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connected, exchange, failureOf } from './passage.suite.ts'
import { startSallyport, type TestSallyport } from './sallyport.suite.ts'
import { type WireServer, wireServer } from './wire.suite.ts'

let sallyport: TestSallyport
let upstream: WireServer
const bases = ['', '/', '/base', '/base/', '/base/v1.0/x%2Fy', '/base?own=1', '/base/?own=1']
const accounts = new Map<string, string>()

beforeAll(async () => {
  sallyport = await startSallyport()
  upstream = await wireServer()
  for (const base of bases) {
    accounts.set(base, await connected(sallyport, { baseUrl: `${upstream.origin}${base}` }))
  }
})
afterAll(async () => {
  await Promise.all([sallyport.close(), upstream.close()])
})

const pieces = [
  ...[
    '.',
    '..',
    '...',
    '/',
    '//',
    '\\',
    ';',
    ';x=1',
    '@',
    ':',
    '%',
    '~',
    'a',
    'b.c',
    'evil.test',
    '127.0.0.1:1',
    'http:',
    '?',
    '?x=',
    '&',
    '#',
  ],
  ...[
    '%2e',
    '%2E',
    '%2f',
    '%5c',
    '%00',
    '%0d%0a',
    '%25',
    '%3b',
    '%3f',
    '%23',
    '%20',
    '%c0%ae',
    '%e0%80%ae',
    '%u002e',
    '%ff',
    '%7f',
  ],
]
const encoded = (text: string, rounds: number): string =>
  rounds === 0 ? text : encoded(text.replaceAll('%', '%25'), rounds - 1)
const hex = (text: string): string =>
  Array.from(text, (each) => `%${each.charCodeAt(0).toString(16).padStart(2, '0')}`).join('')

const piece = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...pieces) },
  fc
    .tuple(fc.constantFrom(...pieces), fc.integer({ min: 1, max: 3 }))
    .map(([text, rounds]) => encoded(text, rounds)),
  fc
    .tuple(fc.constantFrom('.', '..', '/', '\\', '../', ';', '\0'), fc.integer({ min: 0, max: 4 }))
    .map(([text, rounds]) => encoded(hex(text), rounds)),
  fc.string({
    unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
    maxLength: 6,
  }),
)
const paths = fc.array(piece, { maxLength: 6 }).map((parts) => parts.join(''))

test('a path moves neither host nor prefix, however it is written, and is refused where it would', async () => {
  const met = { passed: 0, refused: 0 }
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...bases), paths, async (base, text) => {
      const before = upstream.requests.length
      const reply = await exchange(sallyport, `GET /proxy/${accounts.get(base)}/${text}`)
      const [seen, ...more] = upstream.requests.slice(before)
      const [path = '', query = ''] = text.split(/\?(.*)/s)
      expect(more).toEqual([])
      if (isRefused(path) || text.includes('#')) {
        const [status, code] = failureOf(reply)
        expect([status, seen]).toEqual([400, undefined])
        expect(text.includes('#') ? ['path_refused', 'bad_request'] : ['path_refused']).toContain(code)
        met.refused += 1
        return
      }
      const [prefix = '', written = ''] = base.split('?')
      const joined = path === '' ? prefix || '/' : `${prefix.replace(/\/$/, '')}/${path}`
      const queries = [written, query].filter((each) => each !== '').join('&')
      expect(seen?.line).toBe(`GET ${joined}${queries === '' ? '' : `?${queries}`} HTTP/1.1`)
      expect(seen?.all('host')).toEqual([new URL(upstream.origin).host])
      const own = readings(prefix || '/')
      for (const [index, reading] of readings(joined).entries()) {
        expect(`${reading}/`.startsWith(`${own[index]?.replace(/\/$/, '')}/`)).toBe(true)
      }
      met.passed += 1
    }),
    fuzzBudget(1000),
  )
  expect(met.passed).toBeGreaterThan(200)
  expect(met.refused).toBeGreaterThan(200)
})

/** What is refused, in the words of the reference: after up to three decodings, segments taken at any separator. */
function isRefused(path: string): boolean {
  if (path.startsWith('/') || path.includes('\\')) return true
  let plain = path
  for (let round = 0; round <= 3; round += 1) {
    const segments = plain.split(/[/\\]/).map((segment) => segment.split(';')[0])
    if (plain.includes('\\') || Array.from(plain).some((each) => each < ' ' || each === '\x7f')) return true
    if (segments.includes('.') || segments.includes('..')) return true
    plain = plain.replace(/%([0-9a-f]{2})/gi, (_, code: string) =>
      String.fromCharCode(Number.parseInt(code, 16)),
    )
  }
  return false
}

/** How servers on the way may read it: as it is, as the web platform does, decoded and tidied up, without parameters. */
function readings(path: string): string[] {
  const decodings = [path]
  for (let round = 0; round < 3; round += 1) {
    const last = decodings.at(-1) ?? ''
    decodings.push(
      last.replace(/%([0-9a-f]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16))),
    )
  }
  const plain = decodings.flatMap((each) => [each, each.replace(/;[^/]*/g, ''), each.replaceAll('\\', '/')])
  return [new URL(`http://upstream.test${path}`).pathname, ...plain.map((each) => posix.normalize(each))]
}
