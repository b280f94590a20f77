import { expect, test } from 'vitest'
import { imported } from './imported.suite.ts'

const swagger = (operation: object, rest: object = {}) => ({
  swagger: '2.0',
  info: { title: 'Old', version: '1' },
  host: 'api.example.com',
  basePath: '/v1',
  schemes: ['http', 'https'],
  paths: { '/things/{id}': { post: { operationId: 'act', ...operation } } },
  ...rest,
})
const requestOf = (operation: object, rest: object = {}) => {
  const { operations, skipped } = imported(swagger(operation, rest))
  const request = operations[0]?.steps.find((step) => step.kind === 'http')
  const expression = operations[0]?.steps.find((step) => step.kind === 'transform')?.expression
  return { request, expression, input: operations[0]?.input, operation: operations[0], skipped }
}

test('its address is put together from its parts, https before http', () => {
  expect(imported(swagger({})).integration.baseUrl).toBe('https://api.example.com/v1')
  expect(imported(swagger({}), { server: 1 }).integration.baseUrl).toBe('http://api.example.com/v1')
})

test('its parameters are read where they stand, a body among them', () => {
  const { request, input, operation } = requestOf(
    {
      consumes: ['application/xml', 'application/json'],
      parameters: [
        { name: 'id', in: 'path', required: true, type: 'integer' },
        { name: 'csv', in: 'query', type: 'array', items: { type: 'string' } },
        { name: 'multi', in: 'query', type: 'array', items: { type: 'string' }, collectionFormat: 'multi' },
        { name: 'payload', in: 'body', required: true, schema: { $ref: '#/definitions/Thing' } },
      ],
      responses: { 200: { schema: { $ref: '#/definitions/Thing' } } },
    },
    {
      definitions: {
        Thing: { type: 'object', required: ['a'], properties: { a: { type: 'string', 'x-nullable': true } } },
      },
    },
  )
  expect(request).toMatchObject({
    path: '/things/{input.id}',
    query: { csv: '{steps.prepare.csv}', multi: '{input.multi}' },
    headers: { Accept: 'application/json' },
    body: { json: { a: '{input.a}' } },
  })
  expect(input?.required).toEqual(['id', 'a'])
  expect(operation?.outputSchema).toMatchObject({ type: 'object', required: ['a'] })
})

test('its forms have files', () => {
  const field = (name: string, type: string, required = false) => ({ name, in: 'formData', type, required })
  const file = requestOf({ parameters: [field('f', 'file', true), field('title', 'string')] })
  expect(file.request?.body).toMatchObject({
    multipart: [{ name: 'f', encoding: 'base64' }, { name: 'title' }],
  })
  expect(file.input?.required).toEqual(['id', 'f'])
  const form = requestOf({
    consumes: ['application/x-www-form-urlencoded'],
    parameters: [field('title', 'string')],
  })
  expect(form.request?.body).toEqual({ form: { title: '{input.title}' }, brackets: false })
})

test.each([
  [{ type: 'basic' }, { auth: { type: 'basic' } }],
  [
    { type: 'apiKey', in: 'query', name: 'key' },
    { placement: { in: 'query', name: 'key', template: '{token}' } },
  ],
  [
    {
      type: 'oauth2',
      flow: 'accessCode',
      authorizationUrl: 'https://a.example/auth',
      tokenUrl: 'https://a.example/token',
    },
    {
      auth: {
        grant: 'authorization_code',
        authorizationUrl: 'https://a.example/auth',
        tokenUrl: 'https://a.example/token',
      },
    },
  ],
  [
    { type: 'oauth2', flow: 'application', tokenUrl: 'https://a.example/token' },
    { auth: { grant: 'client_credentials', tokenUrl: 'https://a.example/token' } },
  ],
])('its security %j becomes %j', (definition, expected) => {
  expect(imported(swagger({}, { securityDefinitions: { one: definition } })).integration).toMatchObject(
    expected,
  )
})
