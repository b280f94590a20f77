import { afterAll, expect, test } from 'vitest'
import type { StepContext } from './context.ts'
import { Sandbox } from './sandbox/sandbox.ts'
import { type RenderedValidate, schemaFault, validate } from './validate.ts'

const sandbox = new Sandbox({ limits: { heapMegabytes: 96 } })
afterAll(() => sandbox.close())
const context = { sandbox, organizationId: 'org_1' }
const outcome = (fields: Partial<RenderedValidate>, within: StepContext = context) =>
  validate({ from: null, onFault: 'return', ...fields }, within).then(
    (output) => output,
    (error) => ({ code: error.code, message: error.message, faults: error.faults }),
  )
async function faults(schema: unknown, from: unknown) {
  const result = await outcome({ schema, from })
  return result.faults.map(({ path, message }: { path: string; message: string }) => `${path} ${message}`)
}

const person = {
  type: 'object',
  properties: {
    name: { type: 'string', minLength: 2 },
    age: { type: 'integer', minimum: 0 },
    role: { enum: ['owner', 'guest'] },
    mail: { type: 'string', format: 'email' },
    tags: { type: 'array', items: { type: 'string', pattern: '^[a-z-]+$' }, uniqueItems: true, maxItems: 3 },
    'a/b~c': { type: 'number' },
  },
  required: ['name', 'age'],
  additionalProperties: false,
}

test('data that meets its schema is valid', async () => {
  const from = { name: 'Ada', age: 36, role: 'owner', mail: 'ada@example.com', tags: ['a-b'] }
  expect(await outcome({ schema: person, from })).toEqual({ valid: true, faults: [] })
})

test('every fault of the data is named, each with its path and a sentence', async () => {
  const from = { name: 'A', role: 'king', mail: 'x', tags: ['B', 'c', 'c', 'd'], 'a/b~c': '1', nick: 1 }
  expect((await faults(person, from)).sort()).toEqual([
    '/age This field is required. Give it.',
    '/a~1b~0c Give a value of type number here.',
    '/mail Give a text of the format email.',
    '/name Give at least 2 characters.',
    '/nick There is no such field here. Remove it, or check its spelling.',
    '/role Give one of: "owner", "guest".',
    '/tags Give at most 3 items.',
    '/tags Items 2 and 1 are the same. Give each once.',
    '/tags/0 Give a text that matches ^[a-z-]+$.',
  ])
})

test('a step fails for faults unless it is to put them out', async () => {
  const fields = { schema: { type: 'string' }, from: 1 }
  expect(await outcome({ ...fields, onFault: 'fail' })).toMatchObject({
    code: 'validation_failed',
    faults: [{ path: '', code: 'type', message: 'Give a value of type string here.' }],
  })
  expect(await outcome(fields)).toMatchObject({ valid: false, faults: [{ code: 'type' }] })
})

test.each([
  [
    '2020-12 without being told',
    undefined,
    { prefixItems: [{ type: 'string' }], items: false },
    ['a'],
    [1, 2],
    2,
  ],
  [
    '2020-12',
    'https://json-schema.org/draft/2020-12/schema',
    { unevaluatedProperties: false, allOf: [{ properties: { a: true } }] },
    { a: 1 },
    { b: 1 },
    1,
  ],
  [
    '2019-09',
    'https://json-schema.org/draft/2019-09/schema',
    { dependentRequired: { a: ['b'] } },
    { b: 1 },
    { a: 1 },
    1,
  ],
  [
    'draft-07',
    'http://json-schema.org/draft-07/schema#',
    { items: [{ type: 'string' }], additionalItems: false },
    ['a'],
    [1, 2],
    2,
  ],
  ['draft-06', 'http://json-schema.org/draft-06/schema#', { const: 1 }, 1, 2, 1],
  ['draft-04', 'http://json-schema.org/draft-04/schema#', { maximum: 5, exclusiveMaximum: true }, 4, 5, 1],
])('a schema is read by its dialect: %s', async (_what, $schema, schema, good, bad, count) => {
  const whole = $schema === undefined ? schema : { $schema, ...schema }
  expect(await faults(whole, good)).toEqual([])
  expect(await faults(whole, bad)).toHaveLength(count)
})

test('references within a schema, also of an OpenAPI document around it, are followed', async () => {
  const document = {
    openapi: '3.0.3',
    components: {
      schemas: {
        Pet: {
          type: 'object',
          properties: {
            parent: { $ref: '#/components/schemas/Pet' },
            nick: { type: 'string', nullable: true },
          },
        },
      },
    },
  }
  const schema = { ...document, $ref: '#/components/schemas/Pet' }
  expect(await faults(schema, { parent: { parent: { nick: null } } })).toEqual([])
  expect(await faults(schema, { parent: { parent: 1 } })).toEqual([
    '/parent/parent Give a value of type object here.',
  ])
})

test('of alternatives the faults within are told, and not beside them that none fits', async () => {
  const schema = { anyOf: [{ required: ['a'] }, { required: ['b'] }] }
  expect(await faults(schema, {})).toEqual([
    '/a This field is required. Give it.',
    '/b This field is required. Give it.',
  ])
  expect(await faults({ oneOf: [{ type: 'number' }, { minimum: 3 }] }, 4)).toEqual([
    ' This fits several of the alternatives, and only one may fit.',
  ])
})

test.each([
  ['a schema from elsewhere', { $ref: 'https://example.com/schema.json' }, /example\.com.*None is fetched/],
  ['a schema from a file', { $ref: 'file:///etc/passwd' }, /None is fetched/],
  ['a reference that leads nowhere', { $ref: '#/$defs/none' }, /\$defs\/none/],
  ['a keyword with what it does not take', { properties: { a: { type: 'objekt' } } }, /properties\/a\/type/],
  ['no schema at all', [1], /is an object/],
  ['$async', { $async: true, type: 'string' }, /\$async/],
  ['a pattern that is none', { pattern: '(' }, /pattern|expression/i],
])('%s is refused, saying why', async (_what, schema, message) => {
  expect(await outcome({ schema, from: {} })).toMatchObject({
    code: 'step_failed',
    message: expect.stringMatching(message),
  })
  expect(await schemaFault(schema, context)).toMatch(message)
})

test('a schema that can be used has no fault', async () => {
  expect(await schemaFault(person, context)).toBeUndefined()
})

const long = `${'a'.repeat(40)}!`

test.each([
  ['a pattern that backtracks without end', { pattern: '^(a+)+$' }, long],
  ['names of properties by such a pattern', { patternProperties: { '^(a|a)*$': true } }, { [long]: 1 }],
  ['a reference to itself', { $ref: '#' }, {}],
  [
    'references in a circle',
    { $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } }, $ref: '#/$defs/a' },
    1,
  ],
  [
    'alternatives by the power of two',
    Array.from({ length: 22 }).reduce<object>((schema) => ({ anyOf: [schema, { ...schema }] }), {
      type: 'number',
    }),
    'x',
  ],
  [
    'a schema nested too deep',
    Array.from({ length: 5000 }).reduce<object>((schema) => ({ not: schema }), { type: 'number' }),
    'x',
  ],
  [
    'a hundred thousand properties',
    {
      properties: Object.fromEntries(
        Array.from({ length: 100_000 }, (_, at) => [`p${at}`, { type: 'string', minLength: at }]),
      ),
    },
    {},
  ],
  [
    'faults by the million',
    { items: { allOf: Array.from({ length: 1000 }, () => ({ type: 'string' })) } },
    Array.from({ length: 1000 }, () => 1),
  ],
])(
  '%s is stopped within the limits, or answered, and the next one is served',
  async (_what, schema, from) => {
    const result = await outcome({ schema, from }, { ...context, milliseconds: 200 })
    expect('valid' in result || ['step_limit_reached', 'step_failed'].includes(result.code)).toBe(true)
    expect(await outcome({ schema: true, from: 1 })).toMatchObject({
      valid: true,
    })
  },
)

test('a schema of more than a million characters is refused before anything is made of it', async () => {
  const result = await outcome({ schema: { description: 'x'.repeat(1_000_000) }, from: 1 })
  expect(result).toMatchObject({
    code: 'step_limit_reached',
    message: expect.stringMatching(/^The schema is longer/),
  })
})

test('the first thousand faults are told, and how many more there are', async () => {
  const result = await outcome({
    schema: { items: { type: 'string' } },
    from: Array.from({ length: 1500 }, () => 1),
  })
  expect(result.faults).toHaveLength(1001)
  expect(result.faults.at(-1)).toEqual({ path: '', code: 'more', message: 'There are 500 more faults.' })
})

test('what schemas say of prototypes stays within them', async () => {
  const schema = JSON.parse(
    '{"$id": "__proto__", "properties": {"__proto__": {"default": {"polluted": 1}}}, "definitions": {"constructor": {}}}',
  )
  await outcome({ schema, from: JSON.parse('{"__proto__": {"polluted": 1}}') })
  expect(await faults({ required: ['polluted', 'toString'] }, {})).toHaveLength(2)
})

test('what an earlier schema defined is not there for the next', async () => {
  await faults({ $id: 'https://example.com/mine', type: 'string' }, 'x')
  expect(await outcome({ schema: { $ref: 'https://example.com/mine' }, from: 1 })).toMatchObject({
    code: 'step_failed',
  })
  expect(await faults({ $id: 'https://example.com/mine', type: 'number' }, 'x')).toHaveLength(1)
})

const openapi = {
  openapi: '3.1.0',
  info: { title: 'Pets', version: '1' },
  paths: {
    '/pets': {
      get: {
        responses: {
          '200': {
            description: 'ok',
            content: { 'application/json': { schema: { $ref: '#/components/schemas/Pet' } } },
          },
        },
      },
    },
  },
  components: {
    schemas: {
      Pet: {
        type: ['object', 'null'],
        properties: { $ref: { type: 'string' } },
        example: { $ref: '#/none' },
      },
    },
  },
}
const swagger = {
  swagger: '2.0',
  info: { title: 'Pets', version: '1' },
  paths: { '/pets': { get: { responses: { 200: { description: 'ok' } } } } },
}

test.each([
  ['3.1', openapi],
  ['3.2', { ...openapi, openapi: '3.2.0' }],
  [
    '3.0',
    { ...openapi, openapi: '3.0.3', components: { schemas: { Pet: { type: 'object', nullable: true } } } },
  ],
  ['Swagger 2.0', swagger],
])('a document of OpenAPI %s is valid', async (_what, from) => {
  expect(await outcome({ document: 'openapi', from })).toEqual({ valid: true, faults: [] })
})

test('every fault of an OpenAPI document is named: its form, its schemas, and references that lead nowhere', async () => {
  const from = {
    openapi: '3.1.0',
    info: { title: 1 },
    paths: {
      '/pets': {
        get: { parameters: [{ name: 'x' }], requestBody: { $ref: 'https://example.com/body.json' } },
      },
    },
    components: { schemas: { Pet: { type: 'objekt' }, Dog: { $ref: '#/components/schemas/Cat' } } },
  }
  const { faults } = await outcome({ document: 'openapi', from })
  const paths = faults.map(({ path }: { path: string }) => path)
  expect(paths).toEqual(
    expect.arrayContaining([
      '/info/version',
      '/info/title',
      '/paths/~1pets/get/parameters/0/in',
      '/components/schemas/Pet/type',
      '/components/schemas/Dog/$ref',
      '/paths/~1pets/get/requestBody/$ref',
    ]),
  )
  expect(faults.find(({ code }: { code: string }) => code === 'reference')?.message).toMatch(
    /nothing is fetched|leads nowhere/,
  )
})

test.each([[{}], [{ openapi: '4.0.0' }], ['openapi: 3.1.0'], [null], [{ openapi: 3.1 }]])(
  '%j is no OpenAPI document',
  async (from) => {
    expect(await outcome({ document: 'openapi', from })).toMatchObject({
      valid: false,
      faults: [{ code: 'version' }],
    })
  },
)
