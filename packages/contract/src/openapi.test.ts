import { describe, expect, test } from 'vitest'
import { type Endpoint, endpoints, successStatus } from './endpoints.ts'
import { errors } from './errors.ts'
import { openApiDocument } from './openapi.ts'

type Json = Readonly<Record<string, unknown>>

const document = openApiDocument('https://passage.example')
const rows = Object.entries<Endpoint>(endpoints)
const operations = Object.entries(record(document.paths)).flatMap(([path, item]) =>
  Object.entries(record(item)).map(([method, operation]) => ({ path, method, operation: record(operation) })),
)

function record(value: unknown): Json {
  if (typeof value !== 'object' || value === null) throw new TypeError(`${String(value)} is no object`)
  return value as Json
}

function operationOf({ path, method }: Endpoint): Json {
  return record(record(record(document.paths)[path])[method.toLowerCase()])
}

function everyObject(value: unknown): Json[] {
  if (typeof value !== 'object' || value === null) return []
  return [value as Json, ...Object.values(value).flatMap(everyObject)]
}

describe('the OpenAPI document', () => {
  test('names its version, its server, and the key or session that every call needs', () => {
    expect(document).toMatchObject({
      openapi: '3.1.0',
      info: { title: 'Sallyport', version: expect.stringMatching(/^\d+\.\d+\.\d+$/) },
      servers: [{ url: 'https://passage.example' }],
      security: [{ key: [] }, { session: [] }],
      components: {
        securitySchemes: {
          key: { type: 'http', scheme: 'bearer' },
          session: { type: 'apiKey', in: 'cookie', name: '__Host-sallyport' },
        },
      },
    })
  })

  test('is JSON and nothing else', () => {
    expect(JSON.parse(JSON.stringify(document))).toEqual(document)
  })

  test('every reference leads somewhere in the document', () => {
    const references = everyObject(document).flatMap(({ $ref }) => (typeof $ref === 'string' ? [$ref] : []))
    expect(references.length).toBeGreaterThan(0)
    for (const reference of new Set(references)) {
      const [root, ...segments] = reference.split('/')
      expect(root).toBe('#')
      const target = segments.reduce<unknown>((outer, segment) => record(outer)[segment], document)
      expect(target, reference).toBeTypeOf('object')
    }
  })

  test('schemas that refer to themselves have a name of their own', () => {
    const { schemas } = record(document.components)
    expect(Object.keys(record(schemas)).sort()).toEqual(['Json', 'Problem', 'Step'])
  })

  test('says where a session needs a fresh proof, and that what it changes is guarded against forgery', () => {
    const asking = rows.filter(([, { stepUp }]) => stepUp !== undefined)
    expect(asking.map(([name]) => name)).toEqual(expect.arrayContaining(['createKey', 'rotateWebhook']))
    for (const [name, row] of rows) {
      const text = JSON.stringify(operationOf(row))
      expect(text.includes('`step_up`'), name).toBe(row.stepUp !== undefined)
      expect(text.includes('`csrf_refused`'), name).toBe(row.method !== 'GET')
    }
    expect(JSON.stringify(operationOf(endpoints.updateIntegration))).toContain('`/auth/clientSecret`')
  })

  test('operation ids are unique', () => {
    const ids = operations.map(({ operation }) => operation.operationId)
    expect(ids).toEqual([...new Set(ids)])
  })

  test.each(operations)(
    '$method $path declares each parameter of its path once, as required',
    ({ path, operation }) => {
      const declared = (operation.parameters as Json[]).filter((parameter) => parameter.in === 'path')
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
      expect(path).toMatch(/^\//)
      expect(declared.map(({ name }) => name)).toEqual(named)
      expect(declared.every(({ required, schema }) => required === true && typeof schema === 'object')).toBe(
        true,
      )
    },
  )

  test.each(operations)('$method $path answers with described responses', ({ operation }) => {
    const responses = Object.entries(record(operation.responses))
    expect(responses.length).toBeGreaterThan(0)
    for (const [status, response] of responses) {
      expect(status).toMatch(/^([1-5]\d\d|default)$/)
      expect(record(response).description).toBeTypeOf('string')
    }
  })

  test.each(rows)('%s is present, with its scope, its body and its reply', (name, endpoint) => {
    const operation = operationOf(endpoint)
    expect(operation.operationId).toBe(name)
    expect(operation.description).toContain(
      endpoint.scope === undefined ? 'no scope' : `\`${endpoint.scope}\``,
    )
    expect('requestBody' in operation).toBe(endpoint.body !== undefined)
    const success = record(record(operation.responses)[successStatus(endpoint)])
    expect('content' in success).toBe(endpoint.reply !== undefined)
  })

  test.each(rows)('%s lists every error that it can answer with, under its status', (_, endpoint) => {
    const responses = record(operationOf(endpoint).responses)
    for (const code of [...endpoint.errors, 'key_invalid', 'scope_missing', 'internal'] as const) {
      expect(record(responses[errors[code].status]).description).toContain(
        `\`${code}\`: ${errors[code].message}`,
      )
    }
  })

  test.each(rows.filter(([, { body }]) => body !== undefined))(
    '%s says what a malformed body gets',
    (_, endpoint) => {
      const responses = record(operationOf(endpoint).responses)
      expect(record(responses[400]).description).toContain('`malformed_json`')
      expect(record(responses[413]).description).toContain('`body_too_large`')
      expect(record(responses[415]).description).toContain('`media_type_unsupported`')
      expect(record(responses[422]).description).toMatch(/`(input|definition)_invalid`/)
    },
  )

  test('a list says what a filter that does not exist gets', () => {
    const responses = record(operationOf(endpoints.listAccounts).responses)
    expect(record(responses[422]).description).toContain('`input_invalid`')
  })

  test('a body is required unless all of it is optional', () => {
    expect(operationOf(endpoints.createAccount)).toMatchObject({ requestBody: { required: true } })
    expect(operationOf(endpoints.authorizeAccount)).toMatchObject({ requestBody: { required: false } })
  })

  test('filters of a list are parameters of its query, and optional', () => {
    const parameters = operationOf(endpoints.listAccounts).parameters as Json[]
    expect(parameters.map(({ name }) => name)).toEqual([
      'limit',
      'cursor',
      'integration',
      'environment',
      'app',
      'status',
      'q',
      'sort',
    ])
    expect(parameters.every((parameter) => parameter.in === 'query' && parameter.required === false)).toBe(
      true,
    )
  })

  test('what replies show holds no secret', () => {
    const reply = record(record(operationOf(endpoints.getAccount).responses)[200])
    expect(JSON.stringify(reply)).not.toMatch(/"(secret|token|accessToken|password)":/)
  })

  test('the passage stands beside the table', () => {
    expect(Object.keys(record(record(document.paths)['/proxy/{account}/{path}']))).toEqual(
      expect.arrayContaining(['get', 'post', 'put', 'patch', 'delete']),
    )
  })
})
