import { expect, test } from 'vitest'
import { documentOf, imported } from './imported.suite.ts'

const pets = {
  openapi: '3.0.0',
  paths: {
    '/pets': {
      get: { operationId: 'listPets', tags: ['pets'] },
      post: { operationId: 'addPet', tags: ['pets', 'write'] },
    },
    '/pets/{id}': { get: { operationId: 'readPet', tags: ['pets'] }, trace: {} },
    '/owners': { get: { tags: ['owners'] } },
  },
}
const keys = (options: object) => imported(pets, options).operations.map(({ key }) => key)

test.each([
  [{}, ['listPets', 'addPet', 'readPet', 'getOwners']],
  [{ tags: ['write', 'owners'] }, ['addPet', 'getOwners']],
  [{ paths: ['/pets*'] }, ['listPets', 'addPet', 'readPet']],
  [{ paths: ['/pets'] }, ['listPets', 'addPet']],
  [{ operations: ['READPET', 'GET /owners', 'addPet'] }, ['addPet', 'readPet', 'getOwners']],
  [{ tags: ['pets'], paths: ['/pets/{id}'] }, ['readPet']],
  [{ prefix: 'shop', tags: ['owners'] }, ['shopGetOwners']],
])('%j takes %j', (options, expected) => {
  expect(keys(options)).toEqual(expected)
})

test('a choice that finds nothing is a fault, whichever it is', () => {
  expect(() => keys({ tags: ['pets', 'cats'], operations: ['nobody'] })).toThrow(
    '/tags/1 The document has no operation for "cats". Check its spelling.\n/operations/0 The document has no operation for "nobody". Check its spelling.',
  )
})

test('an operation has its name, its words, and whose accounts it is made for', () => {
  const { operations, ...summary } = imported(documentOf({ summary: ' List ', description: 'All of them' }), {
    integration: 'crm',
    adapter: 'main',
  })
  expect(operations).toEqual([
    {
      key: 'act',
      name: 'List',
      description: 'All of them',
      adapter: 'main',
      integration: 'crm',
      input: { type: 'object', properties: {} },
      steps: [{ kind: 'http', name: 'request', method: 'GET', path: '/things' }],
      timeoutSeconds: 60,
    },
  ])
  expect(summary).toMatchObject({
    title: 'Things',
    version: '1',
    specification: '3.0',
    described: 1,
    skipped: [expect.anything()],
  })
})

test('names are shown on one line, and can be stored anywhere', () => {
  const summary = 'First\u0000line\nsecond\ud800 '
  const { operations } = imported(documentOf({ summary }))
  expect(operations[0]?.name).toBe('First line second')
  expect(imported(documentOf({ summary: '\u0000' })).operations[0]?.name).toBe('act')
})

test('webhooks, callbacks, and parameters beyond two hundred are named', () => {
  const parameters = Array.from({ length: 202 }, (_, at) => ({ name: `p${at}`, in: 'query', schema: {} }))
  const { operations, skipped } = imported({
    ...documentOf({ parameters, callbacks: { done: { '{$request.query.url}': { post: {} } } } }),
    webhooks: { created: { post: {} } },
  })
  expect(Object.keys(operations[0]?.input.properties as object)).toHaveLength(200)
  expect(skipped.map(({ operation, path, part }) => [operation, path, part])).toEqual(
    expect.arrayContaining([
      ['created', '/webhooks/created', 'operation'],
      ['act', '/paths/~1things/get/callbacks/done', 'operation'],
      ['act', '/paths/~1things/get/parameters/201', 'parameter'],
    ]),
  )
})

test('TRACE is never sent', () => {
  expect(imported(pets).skipped).toContainEqual({
    operation: 'TRACE /pets/{id}',
    path: '/paths/~1pets~1{id}/trace',
    part: 'operation',
    reason: 'TRACE is never sent.',
  })
})

test('an operation that cannot be said is named, and the others are made', () => {
  const parameters = Array.from({ length: 150 }, (_, at) => ({
    name: 'p'.repeat(180) + at,
    in: 'query',
    schema: { type: 'string' },
  }))
  const { operations, leftOut, skipped } = imported({
    openapi: '3.0.0',
    paths: {
      [`/x${'y'.repeat(100_001)}`]: { get: { operationId: 'long' } },
      '/x': { get: { operationId: 'fine', parameters } },
    },
  })
  expect(operations.map(({ key }) => key)).toEqual(['fine'])
  expect(leftOut).toBe(1)
  expect(skipped).toContainEqual(expect.objectContaining({ operation: 'long', part: 'operation' }))
})

test.each([
  [{}, 'names no version'],
  [{ openapi: '4.0.0', paths: {} }, 'names no version'],
  [{ swagger: '1.2' }, 'names no version'],
  ['[]', 'holds no object'],
  ['null', 'holds no object'],
  [{ openapi: '3.1.0', paths: {} }, 'describes no operation'],
  [{ openapi: '3.1.0', webhooks: {} }, 'describes no operation'],
])('%j is no document that can be imported', (document, message) => {
  expect(() => imported(document)).toThrow(message)
})

const many = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`/p${at}`, { get: {} }]))

test('a document of a hundred thousand paths is refused before anything is made of it', () => {
  expect(() => imported({ openapi: '3.0.0', paths: many(100_000) })).toThrow('more than 50000 paths')
})

test('more operations than one import makes are to be chosen from', () => {
  const document = { openapi: '3.0.0', paths: many(6000) }
  expect(() => imported(document)).toThrow('These are 6000 operations, and one import makes at most 5000.')
  expect(imported(document, { paths: ['/p59*'] }).operations).toHaveLength(111)
})

test('a path item that refers to itself, or out of the document, is named', () => {
  const { operations, skipped } = imported({
    openapi: '3.1.0',
    paths: {
      '/a': { $ref: '#/paths/~1a' },
      '/b': { $ref: 'https://example.com/b' },
      '/c': { $ref: '#/components/pathItems/c' },
    },
    components: { pathItems: { c: { get: {} } } },
  })
  expect(operations.map(({ key }) => key)).toEqual(['getC'])
  expect(skipped.filter(({ part }) => part === 'document').map(({ path }) => path)).toEqual([
    '/paths/~1a',
    '/paths/~1b',
  ])
})

test('what is skipped is counted where it is too much to be listed', () => {
  const parameters = Array.from({ length: 6 }, (_, at) => ({ name: `c${at}`, in: 'cookie' }))
  const paths = Object.fromEntries(
    Array.from({ length: 2000 }, (_, at) => [`/p${at}`, { get: { parameters } }]),
  )
  const { skipped, skippedMore } = imported({ openapi: '3.0.0', paths })
  expect([skipped.length, skippedMore]).toEqual([10_000, 2001])
})
