import { describe, expect, test } from 'vitest'
import { imported, importedOne } from './imported.suite.ts'

const given = (schema: unknown, components: object = {}, openapi = '3.0.3') => {
  const content = { 'application/json': { schema: { type: 'array', items: schema } } }
  const { input, skipped } = importedOne(
    { requestBody: { content } },
    { method: 'post', openapi, components: { schemas: components } },
  )
  const body = (input.properties as Record<string, { items: unknown }>).body
  return {
    schema: body?.items,
    skipped: skipped.filter(({ part }) => part === 'schema' || part === 'document'),
  }
}

test.each([
  [
    'null by a flag',
    { type: 'string', nullable: true, enum: ['a'] },
    { type: ['string', 'null'], enum: ['a', null] },
  ],
  [
    'an open bound',
    { type: 'integer', minimum: 1, exclusiveMinimum: true },
    { type: 'integer', exclusiveMinimum: 1 },
  ],
  [
    'bounds',
    { type: 'number', exclusiveMaximum: 2, multipleOf: 0.5 },
    { type: 'number', exclusiveMaximum: 2, multipleOf: 0.5 },
  ],
  ['a file', { type: 'file' }, { type: 'string' }],
  ['types', { type: ['string', 'null'] }, { type: ['string', 'null'] }],
  ['an object that names no type', { properties: { a: {} } }, { type: 'object', properties: { a: {} } }],
  ['places of a list', { items: [{ type: 'string' }] }, { prefixItems: [{ type: 'string' }] }],
  ['true and false', { allOf: [true, false] }, { allOf: [{}, { not: {} }] }],
  [
    'what is no keyword’s value',
    { type: 'strange', minLength: -1, maximum: 'x', required: 'a', enum: [], properties: [] },
    {},
  ],
  [
    'words of OpenAPI alone',
    { type: 'string', example: 'x', xml: {}, discriminator: {}, 'x-a': 1 },
    { type: 'string' },
  ],
  [
    'identities',
    { $id: 'https://a.example', $anchor: 'x', $schema: 'y', type: 'string' },
    { type: 'string' },
  ],
])('%s in a document is said in JSON Schema 2020-12', (_what, written, expected) => {
  expect(given(written).schema).toEqual(expected)
})

test('references are replaced by what they lead to, and what stands beside them holds', () => {
  const components = {
    A: { $ref: '#/components/schemas/B' },
    B: { type: 'string', description: 'B', maxLength: 3 },
  }
  expect(given({ $ref: '#/components/schemas/A', description: 'Here' }, components)).toEqual({
    schema: { type: 'string', description: 'Here', maxLength: 3 },
    skipped: [],
  })
})

test('a schema within itself is cut, and where is said once', () => {
  const Node = {
    type: 'object',
    properties: {
      name: { type: 'string' },
      children: { type: 'array', items: { $ref: '#/components/schemas/Node' } },
    },
  }
  expect(given({ $ref: '#/components/schemas/Node' }, { Node })).toEqual({
    schema: {
      type: 'object',
      properties: {
        name: { type: 'string' },
        children: { type: 'array', items: { description: 'As Node, within which this is.' } },
      },
    },
    skipped: [
      {
        path: '/components/schemas/Node/properties/children/items',
        part: 'schema',
        reason: 'This refers to a schema that it is within: there anything passes.',
      },
    ],
  })
})

test.each([
  ['https://example.com/a.json', 'leads out of the document'],
  ['./b.yaml#/Thing', 'leads out of the document'],
  ['file:///etc/passwd', 'leads out of the document'],
  ['#/components/schemas/Absent', 'leads nowhere'],
  ['#/components/schemas/__proto__', 'leads nowhere'],
  ['#/constructor/prototype', 'leads nowhere'],
  [7, 'is no text'],
])('a reference to %j is followed nowhere, and named', (reference, reason) => {
  const { schema, skipped } = given({ $ref: reference })
  expect(schema).toEqual({})
  expect(skipped).toEqual([
    {
      path: expect.stringMatching(/\/schema\/items$/),
      part: 'document',
      reason: expect.stringContaining(reason),
    },
  ])
})

test('references in a circle end', () => {
  const { schema, skipped } = given(
    { $ref: '#/components/schemas/A' },
    { A: { $ref: '#/components/schemas/B' }, B: { $ref: '#/components/schemas/A' } },
  )
  expect(schema).toEqual({})
  expect(skipped.map(({ reason }) => reason)).toEqual([
    'Its reference leads in a circle, or through too many others.',
  ])
})

describe('a schema that would grow without bound', () => {
  test('is cut below the levels that fit, and that is said', () => {
    const properties = (inner: object) =>
      Object.fromEntries(Array.from({ length: 8 }, (_, at) => [`p${at}`, inner]))
    const components = Object.fromEntries(
      Array.from({ length: 40 }, (_, at) => [
        `L${at}`,
        { type: 'object', properties: properties({ $ref: `#/components/schemas/L${at + 1}` }) },
      ]),
    )
    const { schema, skipped } = given(
      { $ref: '#/components/schemas/L0' },
      { ...components, L40: { type: 'string' } },
    )
    expect(JSON.stringify(schema).length).toBeLessThan(20_000)
    expect(skipped).toEqual([
      expect.objectContaining({
        operation: 'act',
        part: 'schema',
        reason: 'Whole, this schema is very large: from level 4 on anything passes.',
      }),
    ])
  })

  test('passes anything where even its own level is too large', () => {
    const properties = Object.fromEntries(
      Array.from({ length: 5000 }, (_, at) => [`p${at}`, { type: 'string' }]),
    )
    const { schema, skipped } = given({ type: 'object', properties })
    expect(schema).toEqual({ type: 'object' })
    expect(skipped).toHaveLength(1)
  })
})

test('what replies alone have is no input, and what requests alone have no output', () => {
  const schema = {
    type: 'object',
    required: ['id', 'password'],
    properties: { id: { type: 'string', readOnly: true }, password: { type: 'string', writeOnly: true } },
  }
  const content = { 'application/json': { schema } }
  const { operation } = importedOne(
    { requestBody: { required: true, content }, responses: { 200: { content } } },
    { method: 'post' },
  )
  expect(operation.input).toEqual({
    type: 'object',
    properties: { password: { type: 'string' } },
    required: ['password'],
  })
  expect(operation.outputSchema).toEqual({
    type: 'object',
    properties: { id: { type: 'string' } },
    required: ['id'],
  })
})

test('what a server takes by default is told, and not sent', () => {
  expect(given({ type: 'integer', description: 'Size.', default: 30 }).schema).toEqual({
    type: 'integer',
    description: 'Size. Default: 30.',
  })
})

test('a pattern that is none is not checked, and named', () => {
  const { schema, skipped } = given({ type: 'string', pattern: '(?P<x>[' })
  expect(schema).toEqual({ type: 'string' })
  expect(skipped).toEqual([
    expect.objectContaining({ reason: expect.stringContaining('no regular expression') }),
  ])
})

test('members that are called __proto__ are nobody’s', () => {
  const document = JSON.parse(
    '{"openapi":"3.1.0","paths":{"/x":{"post":{"requestBody":{"content":{"application/json":{"schema":{"type":"object","properties":{"__proto__":{"type":"string"},"a":{"default":{"__proto__":1}}}}}}}}},"__proto__":{"get":{}}}}',
  )
  const { operations } = imported(document)
  expect(operations).toHaveLength(1)
  expect(operations[0]?.input).toEqual({ type: 'object', properties: { a: {} } })
  expect(Object.getPrototypeOf({})).toBe(Object.prototype)
  expect('type' in {}).toBe(false)
})
