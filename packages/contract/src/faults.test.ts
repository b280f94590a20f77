import { describe, expect, test } from 'vitest'
import { AccountInput, AccountPatch } from './account.ts'
import { endpoints } from './endpoints.ts'
import { faultsOf, pointer } from './faults.ts'
import { ApiKeyInput } from './identity.ts'
import { IntegrationInput } from './integration.ts'
import { schemes } from './schemes/index.ts'
import { grants, oauth2 } from './schemes/oauth2.ts'

const base = { key: 'crm', name: 'CRM', auth: { type: 'api_token' } }
const oauth = { type: 'oauth2', clientId: 'id' }
const required = 'This field is required. Give it.'
const unknownField = 'There is no such field here. Remove it, or check its spelling.'

interface Schema {
  safeParse(value: unknown): ReturnType<typeof IntegrationInput.safeParse> | { success: boolean }
}

function faultsIn(schema: Schema, value: unknown): [path: string, code: string, message: string][] {
  const parsed = schema.safeParse(value)
  if (parsed.success || !('error' in parsed)) return []
  return faultsOf(parsed.error).map(({ path, code, message }) => [path, code, message])
}

describe('faultsOf a definition', () => {
  test.each<[what: string, value: unknown, faults: [path: string, code: string, message: string][]]>([
    ['nothing at all', undefined, [['', 'required', required]]],
    ['null', null, [['', 'wrong_type', 'Give a value of type object here.']]],
    ['a number', 5, [['', 'wrong_type', 'Give a value of type object here.']]],
    ['an array', [], [['', 'wrong_type', 'Give a value of type object here.']]],
    [
      'an empty object',
      {},
      [
        ['/key', 'required', required],
        ['/name', 'required', required],
        ['/auth', 'required', required],
      ],
    ],
    [
      'an unknown field, its name escaped',
      { ...base, 'a/b~c': 1 },
      [['/a~1b~0c', 'unknown_field', unknownField]],
    ],
    [
      'several unknown fields, each of them',
      { ...base, one: 1, auth: { type: 'basic', two: 2 } },
      [
        ['/auth/two', 'unknown_field', unknownField],
        ['/one', 'unknown_field', unknownField],
      ],
    ],
    [
      'a member called __proto__',
      JSON.parse('{"key":"crm","name":"CRM","auth":{"type":"api_token"},"__proto__":{"x":1}}'),
      [['/__proto__', 'unknown_field', unknownField]],
    ],
    [
      'a key that is no key',
      { ...base, key: 'my crm' },
      [['/key', 'invalid_format', 'This must be 1 to 64 letters and digits, nothing else.']],
    ],
    [
      'a key of another type',
      { ...base, key: 5 },
      [['/key', 'wrong_type', 'Give a value of type string here.']],
    ],
    ['a name of spaces', { ...base, name: '  ' }, [['/name', 'too_small', 'Give at least 1 character.']]],
    [
      'a name too long',
      { ...base, name: 'x'.repeat(201) },
      [['/name', 'too_big', 'Give at most 200 characters.']],
    ],
    [
      'auth of another type',
      { ...base, auth: 'basic' },
      [['/auth', 'wrong_type', 'Give a value of type object here.']],
    ],
    [
      'an auth type that does not exist',
      { ...base, auth: { type: 'magic' } },
      [['/auth/type', 'not_a_choice', `Give one of: ${Object.keys(schemes).join(', ')}.`]],
    ],
    [
      'no auth type',
      { ...base, auth: {} },
      [['/auth/type', 'not_a_choice', `Give one of: ${Object.keys(schemes).join(', ')}.`]],
    ],
    [
      'a value outside of a list of choices',
      { ...base, auth: { ...oauth, grant: 'implicit' } },
      [['/auth/grant', 'not_a_choice', `Give one of: ${grants.join(', ')}.`]],
    ],
    [
      'several faults in auth, all of them',
      { ...base, auth: { type: 'oauth2', clientId: '', scopes: 'read', pkce: 'no', renewal: { before: 0 } } },
      [
        ['/auth/pkce', 'not_a_choice', 'Give one of: S256, plain, off.'],
        ['/auth/scopes', 'wrong_type', 'Give a value of type array here.'],
        ['/auth/clientId', 'too_small', 'Give at least 1 character.'],
        ['/auth/renewal/before', 'too_small', 'Give at least 1.'],
      ],
    ],
    [
      'entries of a list, by their position',
      { ...base, hosts: ['', 5, 'x'.repeat(301)] },
      [
        ['/hosts/0', 'too_small', 'Give at least 1 character.'],
        ['/hosts/1', 'wrong_type', 'Give a value of type string here.'],
        ['/hosts/2', 'too_big', 'Give at most 300 characters.'],
      ],
    ],
    ['an empty list', { ...base, hosts: [] }, [['/hosts', 'too_small', 'Give at least 1 entry.']]],
    [
      'a list too long',
      { ...base, hosts: Array(201).fill('a') },
      [['/hosts', 'too_big', 'Give at most 200 entries.']],
    ],
    [
      'a placement of a place that does not exist',
      { ...base, placement: { in: 'cookie' } },
      [['/placement/in', 'not_a_choice', 'Give one of: header, query.']],
    ],
    [
      'a placement with faults, each in its field',
      { ...base, placement: { in: 'header', name: 'a b', extra: 1 } },
      [
        ['/placement/name', 'invalid_format', 'This must be a header name, as X-Api-Key.'],
        ['/placement/extra', 'unknown_field', unknownField],
      ],
    ],
    [
      'a list of placements, each fault with its position',
      { ...base, placement: [{ in: 'cookie' }, { in: 'query' }] },
      [
        ['/placement/0/in', 'not_a_choice', 'Give one of: header, query.'],
        ['/placement/1/name', 'required', required],
      ],
    ],
    [
      'a placement of neither shape',
      { ...base, placement: 'header' },
      [['/placement', 'wrong_type', 'Give a value of type object or array here.']],
    ],
    [
      'an empty list of placements',
      { ...base, placement: [] },
      [['/placement', 'too_small', 'Give at least 1 entry.']],
    ],
    [
      'a header name that is none',
      { ...base, request: { headers: { 'a b': 'x' } } },
      [['/request/headers/a b', 'invalid_name', 'This must be a header name, as X-Api-Key.']],
    ],
    [
      'names without and with too many characters',
      { ...base, request: { query: { '': 'x', ['q'.repeat(201)]: 'x' } } },
      [
        ['/request/query/', 'invalid_name', 'Give at least 1 character.'],
        [`/request/query/${'q'.repeat(201)}`, 'invalid_name', 'Give at most 200 characters.'],
      ],
    ],
    [
      'a header value of another type',
      { ...base, request: { headers: { 'X-A': 5 } } },
      [['/request/headers/X-A', 'wrong_type', 'Give a value of type string here.']],
    ],
    [
      'a body field that JSON cannot carry',
      { ...base, request: { body: { deep: { big: Number.POSITIVE_INFINITY } } } },
      [
        [
          '/request/body/deep/big',
          'wrong_type',
          'Give a value of type string or number or boolean or null or array or object here.',
        ],
      ],
    ],
    [
      'a reserved parameter name',
      { ...base, parameters: [{ name: 'token' }] },
      [['/parameters/0/name', 'invalid', 'This is a reserved word; choose another name.']],
    ],
    [
      'a parameter that no object could hold',
      { ...base, parameters: [{ name: '__proto__' }] },
      [['/parameters/0/name', 'invalid', 'This is a reserved word; choose another name.']],
    ],
    [
      'a pattern that is none',
      { ...base, parameters: [{ name: 'a', pattern: '(' }] },
      [['/parameters/0/pattern', 'invalid', 'This must be a regular expression.']],
    ],
    [
      'a status below and above what exists',
      { ...base, test: { path: '', status: 99 }, auth: { ...oauth, authErrors: { statuses: [600] } } },
      [
        ['/auth/authErrors/statuses/0', 'too_big', 'Give at most 599.'],
        ['/test/status', 'too_small', 'Give at least 100.'],
      ],
    ],
    [
      'a fraction where a whole number is due',
      { ...base, test: { path: '', status: 200.5 } },
      [['/test/status', 'wrong_type', 'Give a value of type whole number here.']],
    ],
    [
      'a number too large to count, without a bound that would not help',
      { ...base, test: { path: '', status: 1e20 } },
      [
        ['/test/status', 'wrong_type', 'Give a value of type whole number here.'],
        ['/test/status', 'too_big', 'Give at most 599.'],
      ],
    ],
    [
      'a method in small letters',
      { ...base, test: { method: 'get', path: '' } },
      [['/test/method', 'invalid_format', 'This must be an HTTP method in capitals, as GET.']],
    ],
  ])('names the faults of %s', (_, value, faults) => {
    expect(faultsIn(IntegrationInput, value)).toEqual(faults)
  })

  test('a definition without faults has none', () => {
    expect(faultsIn(IntegrationInput, base)).toEqual([])
  })
})

describe('faultsOf other input', () => {
  test('a filter that does not exist is named, beside those that do', () => {
    const query = endpoints.listAccounts.query
    expect(faultsIn(query, { 'tag.team': 'a', limit: '5', state: 'x', 'tag.': 'y' })).toEqual([
      ['/state', 'unknown_field', unknownField],
      ['/tag.', 'unknown_field', unknownField],
    ])
  })

  test('text where a number is due is said to be of another type', () => {
    expect(faultsIn(endpoints.listAccounts.query, { limit: 'many' })).toEqual([
      ['/limit', 'wrong_type', 'Give a value of type number here.'],
    ])
  })

  test('a time that is none is answered with an example', () => {
    const message = 'Give a time as 2026-01-31T12:00:00Z.'
    const key = { name: 'k', scopes: ['proxy:call'], expiresAt: 'tomorrow' }
    expect(faultsIn(ApiKeyInput, key)).toEqual([['/expiresAt', 'invalid_format', message]])
    expect(faultsIn(oauth2.secret, { accessToken: 'a', expiresAt: '2026-13-01T00:00:00Z' })).toEqual([
      ['/expiresAt', 'invalid_format', message],
    ])
  })

  test('a name of a tag that is none stands at its own path', () => {
    expect(faultsIn(AccountInput, { integration: 'crm', name: 'a', tags: { 'a/b': 'x' } })).toEqual([
      ['/tags/a~1b', 'invalid_name', 'This must be 1 to 64 letters, digits, _ or -.'],
    ])
  })

  test('an account’s patch takes null to remove, and nothing else that is no text', () => {
    expect(faultsIn(AccountPatch, { tags: { a: null }, parameters: { b: null } })).toEqual([])
    expect(faultsIn(AccountPatch, { tags: { a: 1 }, name: null })).toEqual([
      ['/name', 'wrong_type', 'Give a value of type string here.'],
      ['/tags/a', 'wrong_type', 'Give a value of type string here.'],
    ])
  })

  test('the paths begin at the root that is given', () => {
    const parsed = IntegrationInput.safeParse({ ...base, key: 5 })
    expect(parsed.success ? [] : faultsOf(parsed.error, '/definition')).toMatchObject([
      { path: '/definition/key' },
    ])
  })
})

test('a pointer escapes ~ and / in its segments, and counts positions', () => {
  expect(pointer([])).toBe('')
  expect(pointer(['a/b', '~1', 0, ''])).toBe('/a~1b/~01/0/')
})
