import { fuzzBudget } from '@sallyport/testkit'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hostAllowed, parseHostRule } from './hosts.ts'
import { parseUrl } from './url.ts'

const labels = fc.constantFrom(
  'api',
  'allowed',
  'example',
  'evil',
  'com',
  'test',
  'xn--mnchen-3ya',
  'a-b',
  'x',
)
const names = fc.array(labels, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('.'))
/** Names that lie near a rule's own. */
const near = fc.constantFrom(
  (name: string) => name,
  (name: string) => `api.${name}`,
  (name: string) => `a.b.${name}`,
  (name: string) => `not${name}`,
  (name: string) => `${name}.evil.com`,
  (name: string) => name.slice(1),
  (name: string) => name.slice(name.indexOf('.') + 1),
)
const ports = fc.constantFrom('', ':443', ':8443', ':80')
const rules = fc.record({
  scheme: fc.constantFrom('', 'https://', 'http://', 'HTTPS://'),
  wild: fc.boolean(),
  name: names,
  port: ports,
})
/** Texts that have made one host of another in somebody's comparison. */
const around = fc.constantFrom(
  '',
  '',
  '',
  '',
  '.',
  '..',
  '@',
  '%2e',
  '%00',
  '\\',
  '/',
  '#',
  '?',
  '\t',
  '\u3002',
  '\uff0e',
  '*.',
  ':443@',
  'evil.',
)

test('a rule covers its host, or the names under it, and nothing that only looks like them', () => {
  const met = { covered: 0, refused: 0 }
  fc.assert(
    fc.property(
      rules,
      fc.constantFrom('https', 'http'),
      near,
      ports,
      around,
      around,
      (rule, scheme, named, port, before, after) => {
        const parsed = parseHostRule(`${rule.scheme}${rule.wild ? '*.' : ''}${rule.name}${rule.port}`)
        const text = `${scheme}://${before}${named(rule.name)}${after}${port}/x`
        const url = parseUrl(text)
        if (!('ok' in parsed) || !url) return
        const isCovered = hostAllowed([parsed.ok], url, new Set())
        // Where the web platform would go with this very text, taken apart by nobody but itself.
        const goesTo = new URL(text)
        const host = goesTo.hostname.replace(/\.$/, '')
        const isNamed = rule.wild
          ? host.length > rule.name.length && host.slice(-rule.name.length - 1) === `.${rule.name}`
          : host === rule.name
        const own = goesTo.port || (goesTo.protocol === 'https:' ? '443' : '80')
        const ruleScheme = rule.scheme.toLowerCase().replace('//', '')
        const wanted = rule.port.slice(1) || (ruleScheme === 'http:' ? '80' : '443')
        const isPlaced = own === wanted && goesTo.protocol === (ruleScheme || 'https:')
        expect([text, isCovered]).toEqual([text, isNamed && isPlaced])
        if (isCovered) met.covered += 1
        else met.refused += 1
      },
    ),
    fuzzBudget(20_000),
  )
  expect(met.covered).toBeGreaterThan(0)
  expect(met.refused).toBeGreaterThan(0)
})

test('a name under a public suffix is anybody’s: no rule covers all of them', () => {
  const suffixes = fc.constantFrom(
    'com',
    'co.uk',
    'github.io',
    'herokuapp.com',
    'kawasaki.jp',
    'internal',
    's3.amazonaws.com',
  )
  fc.assert(
    fc.property(
      suffixes,
      fc.constantFrom('', '.', ':8443'),
      fc.func(fc.boolean()),
      (suffix, end, isUpper) => {
        const written = Array.from(suffix, (letter, index) =>
          isUpper(index) ? letter.toUpperCase() : letter,
        ).join('')
        const rule = parseHostRule(`*.${written}${end}`)
        expect('fault' in rule && rule.fault.code).toBe('wildcard_public_suffix')
      },
    ),
    fuzzBudget(500),
  )
})
