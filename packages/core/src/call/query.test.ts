import { describe, expect, test } from 'vitest'
import { encodedQuery, joinedQuery } from './query.ts'

describe('joinedQuery', () => {
  test.each<[callers: string, ours: string, replaced: string[], joined: string]>([
    ['', '', [], ''],
    ['a=1', '', [], 'a=1'],
    ['', 'k=1', ['k'], 'k=1'],
    ['a=1&b=2', 'k=1', ['k'], 'a=1&b=2&k=1'],
    ['b=2&a=1&b=3', 'k=1', ['k'], 'b=2&a=1&b=3&k=1'],
    ['k=evil', 'k=1', ['k'], 'k=1'],
    ['k=evil&a=1&k=evil', 'k=1', ['k'], 'a=1&k=1'],
    ['k', 'k=1', ['k'], 'k=1'],
    ['k=', 'k=1', ['k'], 'k=1'],
    ['%6b=evil', 'k=1', ['k'], 'k=1'],
    ['%6Bey=evil&x', 'key=1', ['key'], 'x&key=1'],
    ['api+key=evil', 'api%20key=1', ['api key'], 'api%20key=1'],
    ['api%20key=evil', 'api%20key=1', ['api key'], 'api%20key=1'],
    ['k;x=evil', 'k=1', ['k'], 'k=1'],
    ['K=2&kk=3&k2=4', 'k=1', ['k'], 'K=2&kk=3&k2=4&k=1'],
    ['a=k&b=%6b', 'k=1', ['k'], 'a=k&b=%6b&k=1'],
    ['a=%7e&b=+%20%zz&c=ä&&', 'k=1', ['k'], 'a=%7e&b=+%20%zz&c=ä&&&k=1'],
    ['%zz=1&%=2', 'k=1', ['k'], '%zz=1&%=2&k=1'],
    ['a=1', '', ['a'], ''],
  ])('%j with ours %j in place of %j is %j', (callers, ours, replaced, joined) => {
    expect(joinedQuery(callers, ours, new Set(replaced))).toBe(joined)
  })
})

describe('encodedQuery', () => {
  test.each<[pairs: [string, string][], query: string]>([
    [[], ''],
    [[['k', 'v']], 'k=v'],
    [[['k', '']], 'k='],
    [
      [
        ['k', 'a&b=c'],
        ['k', '#?/+ %'],
      ],
      'k=a%26b%3Dc&k=%23%3F%2F%2B%20%25',
    ],
    [[['a b', '€']], 'a%20b=%E2%82%AC'],
    [[['k', 'a\r\nHost: evil']], 'k=a%0D%0AHost%3A%20evil'],
    [[['k', 'half \ud83d of a pair']], 'k=half%20%EF%BF%BD%20of%20a%20pair'],
    [[['\udd11', '🔑']], '%EF%BF%BD=%F0%9F%94%91'],
  ])('%j is %j', (pairs, query) => {
    expect(encodedQuery(pairs)).toBe(query)
  })
})
