import { describe, expect, test } from 'vitest'
import { classifyAddress } from './address.ts'
import { corpus } from './corpora.suite.ts'
import { parseUrl } from './url.ts'

describe('parseUrl', () => {
  test('takes an address apart, with every part explicit', () => {
    expect(parseUrl('HTTPS://API.Example.com./v1/x?y=1#z')).toEqual({
      protocol: 'https:',
      hostname: 'api.example.com',
      address: undefined,
      port: 443,
      origin: 'https://api.example.com',
      path: '/v1/x',
      query: '?y=1',
    })
    expect(parseUrl('http://127.0.0.1:8080')).toMatchObject({
      address: '127.0.0.1',
      port: 8080,
      origin: 'http://127.0.0.1:8080',
      path: '/',
      query: '',
    })
    expect(parseUrl('https://[2606:4700:0:0::1111]:8443/')).toMatchObject({
      hostname: '[2606:4700::1111]',
      address: '2606:4700::1111',
      origin: 'https://[2606:4700::1111]:8443',
    })
  })

  test('a default port leaves the origin, written or not', () => {
    expect(parseUrl('https://a.com:443/')?.origin).toBe('https://a.com')
    expect(parseUrl('http://a.com:443/')?.origin).toBe('http://a.com:443')
  })

  test('a host in other letters becomes its A-labels', () => {
    expect(parseUrl('https://münchen.example/')?.hostname).toBe('xn--mnchen-3ya.example')
    expect(parseUrl('https://xn--mnchen-3ya.example/')?.hostname).toBe('xn--mnchen-3ya.example')
    expect(parseUrl('https://api.alloweԁ.com/')?.hostname).toBe('api.xn--allowe-1ug.com')
  })

  test.each([
    '',
    'https:',
    'https://',
    'https:///evil.com',
    'https:evil.com',
    'https:/evil.com',
    '//evil.com',
    'ftp://a.com/',
    'javascript:alert(1)',
    'https://a.com:/',
    'https://a.com:0/',
    'https://a.com:65536/',
    'https://a.com:0443/',
    'https://a.com:x/',
    'https://user@a.com/',
    'https://user:password@a.com/',
    'https://@a.com/',
    'https://good.com@evil.com/',
    'https://good.com\\@evil.com/',
    'https:\\\\evil.com',
    'https://a.com/\\evil',
    'https://good.com\t.evil.com/',
    'https://good.com\n.evil.com/',
    ' https://a.com/',
    'https://a.com/ ',
    'https://a.com/x y',
    'https://a.com/\u0000',
    'https://a.com/\u007f',
    'https://a.com/\ud800',
    'https://evil.com%2f.good.com/',
    'https://%65vil.com/',
    'https://a..com/',
    'https://.a.com/',
    'https://a.com../',
    'https://./',
    'https://-a.com/',
    'https://a-.com/',
    'https://a*b.com/',
    `https://${'a'.repeat(64)}.com/`,
    `https://${'a.'.repeat(127)}com/`,
    'https://127.1/',
    'https://0x7f000001/',
    'https://2130706433/',
    'https://0177.0.0.1/',
    'https://１２７.0.0.1/',
    'https://ｅvil.com/',
    'https://evil。com/',
    'https://evil.com\u00ad/',
    'https://\u212aelvin.com/',
    'https://MÜNCHEN.example/',
    'https://[::1/',
    'https://[fe80::1%25eth0]/',
    'https://[::1]x/',
  ])('refuses %j', (text) => expect(parseUrl(text)).toBeUndefined())

  const wpt = ['urltestdata', 'ada_extra_urltestdata', 'ada_long_urltestdata', 'urltestdata-javascript-only']
    .flatMap(
      (name) =>
        corpus<(string | { input: string; base?: string | null; failure?: boolean })[]>(
          `wpt-url/${name}.json`,
        ) ?? [],
    )
    .filter((row) => typeof row === 'object')
  test.skipIf(wpt.length === 0)('refuses all that the web platform refuses', () => {
    const failing = wpt.filter((row) => row.failure && !isFaultOfBase(row.base))
    expect(failing.length).toBeGreaterThanOrEqual(267)
    expect(failing.map(({ input }) => input).filter((input) => parseUrl(input) !== undefined)).toEqual([])
  })

  test.skipIf(wpt.length === 0)('what it accepts, the web platform reads alike', () => {
    for (const { input } of wpt) {
      const url = parseUrl(input)
      if (!url) continue
      const theirs = new URL(input)
      expect([theirs.hostname.replace(/\.$/, ''), theirs.pathname, theirs.search]).toEqual([
        url.hostname,
        url.path,
        url.query,
      ])
    }
  })

  // Beside the address itself nothing is resolved here; a few cases fail by their base alone.
  function isFaultOfBase(base: string | null | undefined): boolean {
    return base !== null && base !== undefined && !URL.canParse(base)
  }

  const hosts = ['toascii', 'IdnaTestV2', 'IdnaTestV2-removed', 'verifydnslength_tests']
    .flatMap(
      (name) => corpus<(string | { input: string; output?: string | null })[]>(`wpt-url/${name}.json`) ?? [],
    )
    .filter((row) => typeof row === 'object')
  test.skipIf(hosts.length === 0)('a host that has no ASCII form is refused', () => {
    for (const { input, output = null } of hosts) {
      const hostname = parseUrl(`https://${input}/x`)?.hostname
      if (output === null) expect([input, hostname]).toEqual([input, undefined])
      else expect([output.replace(/\.$/, ''), undefined]).toContain(hostname)
    }
  })

  const ssrf = corpus<{ url: string; kind: string; expect: string }[]>('ssrf-cases.json')
  test.skipIf(!ssrf)(
    'no known way to write an inner address gets past both parser and classification',
    () => {
      for (const row of ssrf ?? []) {
        if (row.expect !== 'block') continue
        const url = parseUrl(row.url)
        // Names are judged by what they resolve to, when they are dialled.
        if (url?.address === undefined && (row.kind === 'name' || row.kind === 'syntax')) continue
        expect([row.url, url && classifyAddress(url.address ?? '')]).toSatisfy(
          ([, verdict]) => verdict === undefined || verdict === 'blocked',
        )
      }
    },
  )
})
