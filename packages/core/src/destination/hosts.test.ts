import { describe, expect, test } from 'vitest'
import { corpus } from './corpora.suite.ts'
import { type HostRule, hostAllowed, originRule, parseHostRule, writtenPort } from './hosts.ts'
import { parseUrl } from './url.ts'

describe('parseHostRule', () => {
  test('reads hosts, wildcards, schemes, ports and addresses', () => {
    expect(rule('API.Example.com.')).toEqual({
      protocol: undefined,
      hostname: 'api.example.com',
      subdomains: false,
      port: undefined,
    })
    expect(rule('https://*.example.com:8443')).toEqual({
      protocol: 'https:',
      hostname: 'example.com',
      subdomains: true,
      port: 8443,
    })
    expect(rule('http://[::1]:9000')).toMatchObject({ hostname: '[::1]', port: 9000 })
    expect(rule('10.0.0.5')).toMatchObject({ hostname: '10.0.0.5' })
    expect(rule('*.münchen.example')).toMatchObject({ hostname: 'xn--mnchen-3ya.example' })
  })

  test.each([
    ['*', 'wildcard_everything'],
    ['https://*', 'wildcard_everything'],
    ['*:8443', 'wildcard_everything'],
    ['*.com', 'wildcard_public_suffix'],
    ['*.co.uk', 'wildcard_public_suffix'],
    ['*.github.io', 'wildcard_public_suffix'],
    ['https://*.github.io', 'wildcard_public_suffix'],
    ['*.GITHUB.IO.', 'wildcard_public_suffix'],
    ['*.herokuapp.com', 'wildcard_public_suffix'],
    ['*.kawasaki.jp', 'wildcard_public_suffix'],
    ['*.internal', 'wildcard_public_suffix'],
    ['*.1.2.3.4', 'wildcard_address'],
    ['*.[::1]', 'wildcard_address'],
    ['a.*.com', 'wildcard_position'],
    ['*a.example.com', 'wildcard_position'],
    ['a*.example.com', 'wildcard_position'],
    ['*.*.example.com', 'wildcard_position'],
    ['a.com/path', 'host_extra'],
    ['https://a.com/', 'host_extra'],
    ['user@a.com', 'host_extra'],
    ['a.com?x', 'host_extra'],
    ['a.com#x', 'host_extra'],
    ['a.com\\x', 'host_extra'],
    ['a.com:', 'host_port'],
    ['a.com:0', 'host_port'],
    ['a.com:65536', 'host_port'],
    ['a.com:https', 'host_port'],
    ['ftp://a.com', 'host_scheme'],
    ['', 'host_invalid'],
    ['https://', 'host_invalid'],
    ['.a.com', 'host_invalid'],
    ['*.', 'host_invalid'],
    ['a..com', 'host_invalid'],
    ['a com', 'host_invalid'],
    ['127.1', 'host_invalid'],
    ['[::1', 'host_invalid'],
  ])('refuses %j as %s', (text, code) => expect(fault(text)).toBe(code))
})

describe('hostAllowed', () => {
  test.each([
    ['*.allowed.com', 'https://api.allowed.com/', true],
    ['*.allowed.com', 'https://x.y.allowed.com/', true],
    ['*.allowed.com', 'https://api.allowed.com./', true],
    ['*.allowed.com', 'https://allowed.com/', false],
    ['*.allowed.com', 'https://notallowed.com/', false],
    ['*.allowed.com', 'https://allowed.com.evil.com/', false],
    ['*.allowed.com', 'https://evil.com/?.allowed.com', false],
    ['*.allowed.com', 'https://evil.com/.allowed.com', false],
    ['allowed.com', 'https://allowed.com/', true],
    ['allowed.com', 'https://api.allowed.com/', false],
    ['allowed.com', 'https://allowed.co/', false],
    ['allowed.com', 'https://ALLOWED.com/', true],
    ['10.0.0.5', 'https://10.0.0.5/', true],
    ['0.0.5', 'https://10.0.0.5/', undefined],
  ])('%s for %s: %s', (text, address, expected) => {
    const parsed = parseHostRule(text)
    expect('ok' in parsed ? allowed([text], address) : undefined).toBe(expected)
  })

  test('a rule that names no port covers 443, and the ports that the definition writes', () => {
    expect(allowed(['a.com'], 'https://a.com:8443/')).toBe(false)
    expect(allowed(['a.com'], 'https://a.com:8443/', ['https:8443'])).toBe(true)
    expect(allowed(['a.com'], 'https://a.com:8443/', ['http:8443'])).toBe(false)
    expect(allowed(['a.com:8443'], 'https://a.com:8443/')).toBe(true)
    expect(allowed(['a.com:8443'], 'https://a.com/')).toBe(false)
  })

  test('plain http is covered only where definition or rule writes it', () => {
    expect(allowed(['a.com'], 'http://a.com/')).toBe(false)
    expect(allowed(['a.com:80'], 'http://a.com/')).toBe(false)
    expect(allowed(['a.com'], 'http://a.com/', ['http:80'])).toBe(true)
    expect(allowed(['a.com'], 'http://a.com:9000/', ['http:80'])).toBe(false)
    expect(allowed(['a.com:9000'], 'http://a.com:9000/', ['http:9000'])).toBe(true)
    expect(allowed(['http://a.com'], 'http://a.com/')).toBe(true)
    expect(allowed(['http://a.com'], 'https://a.com/')).toBe(false)
  })

  test('a rule that names its scheme is an origin: its port or the default one', () => {
    expect(allowed(['https://a.com'], 'https://a.com:8443/', ['https:8443'])).toBe(false)
    expect(allowed(['https://a.com:8443'], 'https://a.com:8443/')).toBe(true)
    expect(allowed(['https://a.com'], 'http://a.com/', ['http:80'])).toBe(false)
    expect(allowed(['https://a.com'], 'http://a.com:443/', ['http:443'])).toBe(false)
  })

  test('the rule of an address is exactly its origin', () => {
    const own = parsed('https://a.com:8443/x')
    const rules = [originRule(own)]
    expect(hostAllowed(rules, parsed('https://a.com:8443/y'), new Set())).toBe(true)
    expect(hostAllowed(rules, parsed('https://a.com/x'), new Set([writtenPort(own)]))).toBe(false)
    expect(hostAllowed(rules, parsed('http://a.com:8443/x'), new Set(['http:8443']))).toBe(false)
    expect(hostAllowed(rules, parsed('https://x.a.com:8443/x'), new Set())).toBe(false)
  })

  const cases = corpus<{ allow: string[]; url: string; expect: string }[]>('allowed-domain-cases.json')
  test.skipIf(!cases)('every listed case is decided as listed', () => {
    for (const row of cases ?? []) {
      const rules = row.allow.map(parseHostRule)
      const url = parseUrl(row.url)
      if (row.expect === 'reject-policy') {
        expect(rules.every((parsed) => 'fault' in parsed)).toBe(true)
      } else {
        const isAllowed = url !== undefined && hostAllowed(row.allow.map(rule), url, new Set())
        // "deny-or-normalise" is for a trailing dot, which is normalised here.
        expect([row.url, isAllowed]).toEqual([row.url, row.expect !== 'deny'])
      }
    }
  })
})

function allowed(texts: readonly string[], address: string, ports: readonly string[] = []): boolean {
  return hostAllowed(texts.map(rule), parsed(address), new Set(ports))
}

function rule(text: string): HostRule {
  const result = parseHostRule(text)
  if ('fault' in result) throw new TypeError(`${text}: ${result.fault.code}`)
  return result.ok
}

function fault(text: string): string | undefined {
  const result = parseHostRule(text)
  return 'fault' in result ? result.fault.code : undefined
}

function parsed(address: string) {
  const url = parseUrl(address)
  if (!url) throw new TypeError(address)
  return url
}
