import { describe, expect, test } from 'vitest'
import { plainWords, withoutSecrets } from './provider-words.ts'

describe('a provider’s words as they are shown', () => {
  const trace = 'Trace ID: 0f8fad5b-d9cb-469f-a165-70867728950e'
  const rows: [what: string, given: string, shown: string][] = [
    ['words', 'The code has expired.', 'The code has expired.'],
    ['markup', '<b onclick="x">no</b>', 'b onclick= x  no /b'],
    ['a UUID to ask the provider about', trace, trace],
    [
      'long names',
      'unsupported_credential_for_this_client_type',
      'unsupported_credential_for_this_client_type',
    ],
    ['a token', `used ${'a1'.repeat(20)} twice`, 'used [...] twice'],
    [
      'a JSON Web Token',
      `bad ${['eyJ0', 'eyJ1', 'c2ln'].map((part) => part.repeat(10)).join('.')}`,
      'bad [...].[...].[...]',
    ],
  ]
  test.each(rows)('%s', (_what, given, shown) => {
    expect(plainWords(given, 200)).toBe(shown)
  })

  test('a token at the cut is not shown in part', () => {
    expect(plainWords(`${'x '.repeat(10)}${'a1'.repeat(40)}`, 30)).toBe(`${'x '.repeat(10)}[...]`)
  })
})

describe('secrets that a provider repeats', () => {
  const secret = 'pass word+"é/1'
  const forms: [form: string, text: string][] = [
    ['as they are', secret],
    ['percent-encoded', encodeURIComponent(secret)],
    ['in a form', new URLSearchParams([['s', secret]]).toString().slice(2)],
    ['in JSON', JSON.stringify(secret).slice(1, -1)],
    ['less what is not plain', 'pass word+  /1'],
  ]
  test.each(forms)('are cut out %s', (_form, text) => {
    expect(withoutSecrets(`no ${text}!`, [secret])).toBe('no [secret]!')
  })

  test('of which one begins as the other does are cut out whole', () => {
    expect(withoutSecrets('abcdefgh abcd', ['abcd', 'abcdefgh'])).toBe('[secret] [secret]')
  })

  test('that are too short to be told from words leave the words alone', () => {
    expect(withoutSecrets('an id of an app', ['an', ''])).toBe('an id of an app')
  })
})
