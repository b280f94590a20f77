import { fuzzBudget } from '@sallyport/testkit'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SallyportError } from '../error.ts'
import { parseTemplate } from './parse.ts'
import { render } from './render.ts'
import { renderUrl, type ValueKinds } from './render-url.ts'
import { parseUrlTemplate } from './url-template.ts'

const pieces = [
  ...[
    'evil.com',
    '/',
    '//',
    '\\',
    '@',
    ':',
    ':443@',
    '#',
    '?',
    '&',
    '=',
    ';',
    '%',
    '%2f',
    '%2e',
    '%00',
    '.',
    '..',
    '...',
    '-',
    '_',
    '*',
  ],
  ...[
    '\r\n',
    '\r',
    '\n',
    '\t',
    '\0',
    '\v',
    '\x7f',
    '\x85',
    '\u2028',
    '\ufeff',
    '\u00ad',
    '\u3002',
    '\uff0f',
    '\uff41',
    '\u212a',
    '\ud800',
    '\udc00',
    '😀',
  ],
  ...[
    '{x}',
    '{{x}}',
    '{secret}',
    '{token}',
    '{',
    '}',
    '${x}',
    '__proto__',
    '127.0.0.1',
    '0x7f.1',
    'localhost',
    '[::1]',
    'xn--',
    'A',
    'a',
    '1',
    ' ',
  ],
  ...['"', "'", '<', '\\u0022', '":"', '}{', 'Authorization: x'],
]
const values = fc.oneof(
  fc.array(fc.constantFrom(...pieces), { maxLength: 5 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 8 }),
)
const kinds = fc.constantFrom('label', 'host', 'url', 'text', undefined)

/** What is rendered, or undefined where it is refused in the words of the table. */
function attempt(write: () => string): string | undefined {
  try {
    return write()
  } catch (error) {
    if (error instanceof SallyportError) return undefined
    throw error
  }
}

function url(text: string, x: string, given: ValueKinds): string | undefined {
  const parsed = parseUrlTemplate(text)
  if ('fault' in parsed) throw new TypeError(parsed.fault.code)
  return attempt(() => renderUrl(parsed.ok, { x, secret: 'never read' }, given))
}

test('a value moves neither host nor port, and adds no segment and no parameter', () => {
  let passed = 0
  fc.assert(
    fc.property(values, kinds, (x, kind) => {
      const text = url('https://{x}.example.com:8443/a/{x}/b?c={x}&d=1', x, kind ? { x: kind } : {})
      if (text === undefined) return
      const { hostname, port, protocol, username, pathname, searchParams, hash } = new URL(text)
      expect([protocol, port, username, hash]).toEqual(['https:', '8443', '', ''])
      expect(hostname).toMatch(kind === 'host' ? /^[a-z0-9.-]+\.example\.com$/ : /^[a-z0-9-]+\.example\.com$/)
      const [, a, own = '', b, ...more] = pathname.split('/')
      expect([a, decodeURIComponent(own), b, more]).toEqual(['a', x, 'b', []])
      expect([...searchParams]).toEqual([
        ['c', x],
        ['d', '1'],
      ])
      passed += 1
    }),
    fuzzBudget(10_000),
  )
  expect(passed).toBeGreaterThan(0)
})

test('a value that is a whole host is that host, and no user, port or path beside it', () => {
  fc.assert(
    fc.property(values, (x) => {
      const text = url('https://{x}/a', x, { x: 'host' })
      if (text === undefined) return
      expect(text).toBe(`https://${x.toLowerCase()}/a`)
      expect(new URL(text).hostname).toBe(x.toLowerCase())
    }),
    fuzzBudget(5000),
  )
})

test('in a path or a query every text that has an encoding comes back as it was given', () => {
  fc.assert(
    fc.property(values, (x) => {
      const text = url('https://api.example.com/a/{x}/b?c={x}', x, {})
      if (text === undefined) {
        expect(x).toMatch(/^\.{0,2}$|\0|\p{Surrogate}/u)
        return
      }
      const { host, pathname, searchParams } = new URL(text)
      expect([host, pathname.split('/').length, [...searchParams]]).toEqual([
        'api.example.com',
        4,
        [['c', x]],
      ])
      expect(decodeURIComponent(pathname.split('/')[2] ?? '')).toBe(x)
    }),
    fuzzBudget(10_000),
  )
})

test('a header stays one line of printable ASCII; braces in a value are never read again', () => {
  fc.assert(
    fc.property(values, values, (x, other) => {
      const header = attempt(() =>
        render(parseTemplate('Bearer {x}; {other}'), { x, other, secret: '!' }, 'header'),
      )
      if (header !== undefined) {
        expect(header).toMatch(/^[\t\x20-\x7e]*$/)
        expect(header).toBe(`Bearer ${x}; ${other}`)
      } else expect(`${x}${other}`).toMatch(/[^\t\x20-\x7e]/)
    }),
    fuzzBudget(10_000),
  )
})

test('in a JSON or form body a value stays inside its string', () => {
  fc.assert(
    fc.property(values, fc.constantFrom('json' as const, 'form' as const, 'text' as const), (x, slot) => {
      const text = attempt(() => render(parseTemplate('<{x}>'), { x }, slot))
      if (text === undefined) {
        expect(x).toContain('\0')
        return
      }
      expect(text).toBe(`<${x}>`)
      if (slot === 'json') expect(JSON.parse(JSON.stringify({ field: text }))).toEqual({ field: `<${x}>` })
    }),
    fuzzBudget(5000),
  )
})
