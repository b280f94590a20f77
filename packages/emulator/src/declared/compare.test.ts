import { expect, test } from 'vitest'
import type { ProviderRequest } from '../message.ts'
import { compared } from './compare.ts'
import type { RequestShape } from './request-shape.ts'

const shape: RequestShape = {
  ...{ method: 'POST', url: 'http://127.0.0.1:1/m/{shop}.example.com/token', format: 'form' },
  query: { v: '2', other: '{absent}' },
  headers: { 'X-Shop': '{shop}' },
  body: { code: '{code}', count: 1, shop: '{shop}', left: '{absent}', list: ['{shop}', 'b'] },
}
const values = { shop: 'a' }

function request(changes: Partial<Record<keyof ProviderRequest, unknown>> = {}): ProviderRequest {
  return {
    ...{ method: 'POST', path: '/m/a.example.com/token', query: 'v=2', rawHeaders: [] },
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-shop': 'a' },
    body: Buffer.from('code=c%2B1&count=1&shop=a&list=a&list=b'),
    ...changes,
  } as ProviderRequest
}

test('a request that is as declared has no differences, and brings what was not known', () => {
  const { brought, differences } = compared(request(), shape, values)
  expect([brought, differences]).toEqual([{ code: 'c+1' }, []])
})

const headers = request().headers
test.each<[what: string, changes: Partial<Record<keyof ProviderRequest, unknown>>, reason: string]>([
  ['verb', { method: 'GET' }, 'the method is GET, and POST is declared'],
  [
    'path',
    { path: '/m/b.example.com/token' },
    'the path is /m/b.example.com/token, and /m/{shop}.example.com/token is declared',
  ],
  [
    'path with more',
    { path: '/m/a.example.com/token/' },
    'the path is /m/a.example.com/token/, and /m/{shop}.example.com/token is declared',
  ],
  ['query value', { query: 'v=3' }, 'the query parameter v is not 2'],
  ['query with more', { query: 'v=2&x=1' }, 'the query parameter x is not declared'],
  ['query that repeats', { query: 'v=2&v=2' }, 'the query parameter v comes 2 times'],
  ['header', { headers: { ...headers, 'x-shop': 'b' } }, 'the header X-Shop is not {shop}'],
  [
    'credential that nobody asked for',
    { headers: { ...headers, authorization: 'Basic eA==' } },
    'the header authorization is not declared',
  ],
  [
    'media type',
    { headers: { ...headers, 'content-type': 'application/json' } },
    'the body is of the type application/json, and application/x-www-form-urlencoded is declared',
  ],
  ['field missing', { body: Buffer.from('count=1&shop=a&list=a&list=b') }, 'the field code is missing'],
  [
    'field with more',
    { body: Buffer.from('code=c&count=1&shop=a&list=a&list=b&left=') },
    'the field left is not declared',
  ],
  ['list', { body: Buffer.from('code=c&count=1&shop=a&list=a') }, 'the field list comes 1 times'],
])('%s: refused, with what differs', (_what, changes, reason) => {
  expect(compared(request(changes), shape, values).differences).toEqual([reason])
})

test('JSON is compared in whatever depth, numbers as numbers', () => {
  const json: RequestShape = {
    ...shape,
    query: { v: '2' },
    format: 'json',
    body: { a: { code: '{code}', n: 1 } },
  }
  const sent = (body: unknown) =>
    compared(
      request({
        headers: { ...headers, 'content-type': 'application/json' },
        body: Buffer.from(JSON.stringify(body)),
      }),
      json,
      values,
    )
  expect(sent({ a: { code: 'c', n: 1 } })).toMatchObject({ brought: { code: 'c' }, differences: [] })
  expect(sent({ a: { code: 'c', n: '1' } }).differences).toEqual(['the field n is not 1'])
  expect(sent({ a: { n: 1 }, b: 1 }).differences).toEqual([
    'the field code is missing',
    'the field b is not declared',
  ])
})

test('fields of a GET stand in the query, and its body is empty', () => {
  const get: RequestShape = { method: 'GET', url: 'http://h/token', format: 'form', body: { code: '{code}' } }
  const bare = { method: 'GET', path: '/token', headers: {}, body: Buffer.alloc(0) }
  expect(compared(request({ ...bare, query: 'code=1' }), get, {}).differences).toEqual([])
  expect(
    compared(request({ ...bare, query: 'code=1', body: Buffer.from('x') }), get, {}).differences,
  ).toEqual(['there is a body, and none is declared'])
})

test.each<[format: RequestShape['format'], type: string, template: string, text: string]>([
  ['json', 'application/json', '{"shop":"{shop}","code":"{code}"}', '{"shop":"a\\"b","code":"c\\"d"}'],
  ['form', 'application/x-www-form-urlencoded', 'shop={shop}&code={code}', 'shop=a%22b&code=c%22d'],
  ['xml', 'application/xml', '<r a="{shop}">{code}</r>', '<r a="a&quot;b">c&quot;d</r>'],
])('a body of %s that is a text stands as it is written, each value escaped', (format, type, body, text) => {
  const written: RequestShape = {
    ...shape,
    query: { v: '2' },
    headers: {},
    url: 'http://h/token',
    format,
    body,
  }
  const sent = (given: string) =>
    compared(
      request({ path: '/token', headers: { 'content-type': type }, body: Buffer.from(given) }),
      written,
      { shop: 'a"b' },
    )
  expect(sent(text)).toMatchObject({ brought: { code: 'c"d' }, differences: [] })
  expect(sent(` ${text}`).differences).toEqual([`the body is not ${body}`])
})
