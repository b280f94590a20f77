import { describe, expect, test } from 'vitest'
import { type Endpoint, endpoints, successStatus } from './endpoints.ts'
import { errors } from './errors.ts'
import { Key } from './key.ts'
import { scopes } from './scope.ts'

const rows = Object.entries<Endpoint>(endpoints)

describe('the table of endpoints', () => {
  test('no two rows answer the same method and path', () => {
    const places = rows.map(([, { method, path }]) => `${method} ${path.replaceAll(/\{\w+\}/g, '{}')}`)
    expect(places).toEqual([...new Set(places)])
  })

  test.each(rows)('%s asks for a scope that keys can hold, and names errors that exist', (_, endpoint) => {
    if (endpoint.scope !== undefined) expect(scopes).toContain(endpoint.scope)
    expect(Object.keys(errors)).toEqual(expect.arrayContaining([...endpoint.errors]))
  })

  test.each(rows)('%s takes exactly the parameters that its path names', (_, { path, params }) => {
    const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '')
    const values = Object.fromEntries(names.map((name) => [name, 'x1']))
    expect(params.safeParse(values).success).toBe(true)
    expect(params.safeParse({ ...values, other: 'x1' }).success).toBe(false)
    if (names.length > 0) expect(params.safeParse({}).success).toBe(false)
  })

  test.each(rows)('%s has a reply unless it deletes, and takes a body only to write', (_, endpoint) => {
    const { method, reply, body } = endpoint
    expect(reply === undefined).toBe(method === 'DELETE')
    if (method === 'GET' || method === 'DELETE') expect(body).toBeUndefined()
  })

  test.each([
    ['POST', 201],
    ['DELETE', 204],
    ['GET', 200],
    ['PATCH', 200],
    ['PUT', 200],
  ] as const)('success of %s is %i', (method, status) => {
    expect(successStatus({ method })).toBe(status)
    expect(successStatus({ method, isAccepted: true })).toBe(202)
  })

  test.each(
    rows.filter(
      ([, { method, path, isLines }]) =>
        method === 'GET' &&
        !isLines &&
        !/\{|\/(me|counts|renewals|encryption|outer-keys|v1\/export)$/.test(path),
    ),
  )('%s is a list that comes in pages', (_, { query, reply }) => {
    expect(query.parse({})).toMatchObject({ limit: 100 })
    expect(query.parse({ limit: '7', cursor: 'abc' })).toMatchObject({ limit: 7, cursor: 'abc' })
    for (const limit of ['0', '1001', '1.5', 'x']) expect(query.safeParse({ limit }).success).toBe(false)
    expect(reply?.safeParse({ items: [], nextCursor: 'x' }).success).toBe(true)
  })

  test('whoever may read may not write by that', () => {
    // Whoever has an audit verified changes nothing.
    const writing = rows
      .filter(([name, { method }]) => method !== 'GET' && name !== 'verifyAudit')
      .map(([, { scope }]) => scope)
    expect(writing.filter((scope) => /:read$/.test(scope ?? ''))).toEqual(['tokens:read'])
  })
})

test.each([
  ['a', true],
  ['Sales2Force', true],
  ['x'.repeat(64), true],
  ['', false],
  ['x'.repeat(65), false],
  ['my-crm', false],
  ['a b', false],
  ['crm\n', false],
  ['é', false],
])('the key %j is taken: %s', (key, taken) => {
  expect(Key.safeParse(key).success).toBe(taken)
})
