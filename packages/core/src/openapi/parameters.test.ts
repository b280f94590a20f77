import { describe, expect, test } from 'vitest'
import { imported, importedOne } from './imported.suite.ts'

const list = { type: 'array', items: { type: 'string' } }
const object = { type: 'object', properties: { gt: { type: 'integer' }, tags: list } }
const inQuery = (schema: object, rest: object = {}) =>
  importedOne({ parameters: [{ name: 'q', in: 'query', schema, ...rest }] })

describe('a parameter of the query', () => {
  test.each([
    ['a value', { type: 'string' }, {}, { q: '{input.q}' }, undefined],
    ['a list', list, {}, { q: '{input.q}' }, undefined],
    ['a list with commas', list, { explode: false }, { q: '{steps.prepare.q}' }, ','],
    [
      'a list with spaces',
      list,
      { style: 'spaceDelimited', explode: false },
      { q: '{steps.prepare.q}' },
      ' ',
    ],
    ['a list with bars', list, { style: 'pipeDelimited', explode: false }, { q: '{steps.prepare.q}' }, '|'],
    ['a deep list', list, { style: 'deepObject' }, { 'q[]': '{input.q}' }, undefined],
    [
      'a deep object',
      object,
      { style: 'deepObject' },
      { 'q[gt]': '{input.q.gt}', 'q[tags][]': '{input.q.tags}' },
      undefined,
    ],
    ['an object', object, {}, { gt: '{input.q.gt}', tags: '{input.q.tags}' }, undefined],
  ])('that is %s is written as its style says', (_what, schema, rest, query, separator) => {
    const { request, expression } = inQuery(schema, rest)
    expect(request.query).toEqual(query)
    expect(expression).toBe(
      separator === undefined
        ? undefined
        : `{"q": $join($map(input.\`q\`, $string), ${JSON.stringify(separator)})}`,
    )
  })

  test('that is JSON is put together before', () => {
    const { request, expression } = importedOne({
      parameters: [{ name: 'q', in: 'query', content: { 'application/json': { schema: object } } }],
    })
    expect([request.query, expression]).toEqual([{ q: '{steps.prepare.q}' }, '{"q": $string(input.`q`)}'])
  })

  test('that is an object or a number is sent as either', () => {
    const { request, expression } = inQuery({ anyOf: [object, { type: 'integer' }] }, { style: 'deepObject' })
    expect(request.query).toEqual({
      'q[gt]': '{input.q.gt}',
      'q[tags][]': '{input.q.tags}',
      q: '{steps.prepare.q}',
    })
    expect(expression).toBe('{"q": $type(input.`q`) != "object" ? input.`q`}')
  })

  test('that may hold any member is sent as far as members are named, and that is said', () => {
    const { skipped } = inQuery({ type: 'object', additionalProperties: true }, { style: 'deepObject' })
    expect(skipped).toContainEqual({
      operation: 'act',
      path: '/paths/~1things/get/parameters/0',
      part: 'parameter',
      reason: 'Of this object the members that the document names are sent, and no others.',
    })
  })
})

test('parameters of a path stand in it, also those that nothing declares', () => {
  const parameters = [
    { name: 'owner', in: 'path', required: true, schema: { type: 'string' } },
    { name: 'ids', in: 'path', required: true, schema: list },
  ]
  const { request, input, expression } = importedOne(
    { parameters },
    { path: '/x/{owner}/{ids}/{what-else}.json?a=1' },
  )
  expect(request.path).toBe('/x/{input.owner}/{steps.prepare.ids}/{input.what_else}.json')
  expect(request.query).toEqual({ a: '1' })
  expect(input.required).toEqual(['owner', 'ids', 'what_else'])
  expect(expression).toContain('","')
})

test('headers are asked for, but for those that say nothing as parameters', () => {
  const header = (name: string, schema: object = { type: 'string' }) => ({ name, in: 'header', schema })
  const { request, input } = importedOne({
    parameters: [
      header('X-Request-Id'),
      header('Accept'),
      header('content-type'),
      header('Authorization'),
      header('X-Tags', list),
    ],
  })
  expect(request.headers).toEqual({
    'X-Request-Id': '{input.X_Request_Id}',
    'X-Tags': '{steps.prepare.X_Tags}',
  })
  expect(Object.keys(input.properties as object)).toEqual(['X_Request_Id', 'X_Tags'])
})

test('cookies, and places that do not exist, are named', () => {
  const { operation, skipped } = importedOne({
    parameters: [
      { name: 'sid', in: 'cookie', schema: { type: 'string' } },
      { name: 'x', in: 'somewhere' },
      { name: 'bad name', in: 'header', schema: {} },
    ],
  })
  expect(operation.input).toEqual({ type: 'object', properties: {} })
  expect(
    skipped.filter(({ part }) => part === 'parameter').map(({ path, reason }) => [path.at(-1), reason]),
  ).toEqual([
    ['0', 'The cookie sid: operations send no cookies of their callers.'],
    ['1', 'The parameter x says no place that is known: path, query, header.'],
    ['2', 'bad name is no name of a header.'],
  ])
})

test('what an operation says of a parameter goes before what its path says', () => {
  const shared = [
    { name: 'a', in: 'query', schema: { type: 'string' } },
    { $ref: '#/components/parameters/b' },
  ]
  const { operations } = imported({
    openapi: '3.1.0',
    paths: {
      '/x': {
        parameters: shared,
        get: {
          operationId: 'act',
          parameters: [{ name: 'a', in: 'query', required: true, schema: { type: 'integer' } }],
        },
      },
    },
    components: {
      parameters: { b: { name: 'b', in: 'query', description: 'B', schema: { type: 'boolean' } } },
    },
  })
  expect(operations[0]?.input).toEqual({
    type: 'object',
    properties: { a: { type: 'integer' }, b: { type: 'boolean', description: 'B' } },
    required: ['a'],
  })
})
