import { expect, test } from 'vitest'
import { importedOne } from './imported.suite.ts'

const thing = {
  type: 'object',
  required: ['name'],
  properties: {
    name: { type: 'string' },
    id: { type: 'string', readOnly: true },
    size: { type: 'integer', default: 3 },
  },
}
const posted = (content: object, required = true) =>
  importedOne({ requestBody: { required, content } }, { method: 'post' })

test('each property of a JSON body is asked for by itself; what only replies have is not', () => {
  const { request, input } = posted({ 'application/json': { schema: thing } })
  expect(request.body).toEqual({ json: { name: '{input.name}', size: '{input.size}' } })
  expect(input).toEqual({
    type: 'object',
    properties: { name: { type: 'string' }, size: { type: 'integer', description: 'Default: 3.' } },
    required: ['name'],
  })
})

test('of a body that may be left out nothing is required', () => {
  expect(posted({ 'application/json': { schema: thing } }, false).input.required).toBeUndefined()
})

test('a property and a parameter of one name are asked for apart', () => {
  const { request } = importedOne(
    {
      parameters: [{ name: 'name', in: 'path', required: true, schema: { type: 'string' } }],
      requestBody: { required: true, content: { 'application/json': { schema: thing } } },
    },
    { method: 'put', path: '/things/{name}' },
  )
  expect([request.path, request.body]).toEqual([
    '/things/{input.name}',
    { json: { name: '{input.name_body}', size: '{input.size}' } },
  ])
})

test.each([
  ['a list', { type: 'array', items: thing }],
  ['a choice', { oneOf: [thing, { type: 'string' }] }],
  ['a map', { type: 'object', additionalProperties: { type: 'string' } }],
  ['an object that takes any other member', { ...thing, additionalProperties: true }],
])('a body that is %s is asked for whole', (_what, schema) => {
  const { request, input } = posted({ 'application/json': { schema } })
  expect(request.body).toEqual({ json: '{input.body}' })
  expect(input.required).toEqual(['body'])
})

test('parts of an object that is put together are one', () => {
  const { request } = posted({
    'application/json': { schema: { allOf: [{ $ref: '#/nowhere' }, thing, { properties: { more: {} } }] } },
  })
  expect(request.body).toEqual({ json: '{input.body}' })
  const whole = posted({ 'application/json': { schema: { allOf: [thing, { properties: { more: {} } }] } } })
  expect(whole.request.body).toEqual({
    json: { name: '{input.name}', size: '{input.size}', more: '{input.more}' },
  })
})

test('JSON is taken where a body may be written in several ways, under the name that it has', () => {
  const { request } = posted({
    'application/xml': { schema: thing },
    'application/merge-patch+json': { schema: thing },
  })
  expect(request.headers).toEqual({ 'Content-Type': 'application/merge-patch+json' })
  expect(request.body).toHaveProperty('json')
})

test('a form has a field for each property, in brackets where it holds objects', () => {
  const nested = {
    type: 'object',
    properties: { ...thing.properties, metadata: { type: 'object', additionalProperties: true } },
  }
  const form = 'application/x-www-form-urlencoded'
  expect(posted({ [form]: { schema: thing } }).request.body).toEqual({
    form: { name: '{input.name}', size: '{input.size}' },
    brackets: false,
  })
  expect(posted({ [form]: { schema: nested } }).request.body).toEqual({
    form: { name: '{input.name}', size: '{input.size}', metadata: '{input.metadata}' },
    brackets: true,
  })
})

test('files go as parts of their own, in base64, with the name that is given', () => {
  const { request, input } = posted({
    'multipart/form-data': {
      schema: {
        type: 'object',
        required: ['photo'],
        properties: {
          photo: { type: 'string', format: 'binary' },
          about: { type: 'object' },
          title: { type: 'string' },
        },
      },
      encoding: { photo: { contentType: 'image/png, image/jpeg' } },
    },
  })
  expect(request.body).toEqual({
    multipart: [
      {
        name: 'photo',
        value: '{input.photo}',
        encoding: 'base64',
        filename: '{input.photo_filename}',
        contentType: 'image/png',
      },
      { name: 'about', value: '{input.about}', encoding: 'text', contentType: 'application/json' },
      { name: 'title', value: '{input.title}', encoding: 'text' },
    ],
  })
  expect(input).toMatchObject({
    properties: {
      photo: { type: 'string', contentEncoding: 'base64' },
      photo_filename: { default: 'photo' },
    },
    required: ['photo'],
  })
})

test.each([
  ['text/plain', { raw: '{input.body}', contentType: 'text/plain', encoding: 'text' }],
  ['image/*', { raw: '{input.body}', contentType: 'application/octet-stream', encoding: 'base64' }],
  ['application/pdf', { raw: '{input.body}', contentType: 'application/pdf', encoding: 'base64' }],
  ['application/xml', { xml: '{input.body}' }],
])('a body of %s is asked for whole', (mediaType, body) => {
  expect(posted({ [mediaType]: { schema: { type: 'string' } } }).request.body).toEqual(body)
})

test('a body of GET, and a form without names, are named as left out', () => {
  const get = importedOne({ requestBody: { content: { 'application/json': { schema: thing } } } })
  expect(get.request.body).toBeUndefined()
  expect(get.skipped).toContainEqual(expect.objectContaining({ part: 'body', reason: 'GET has no body.' }))
  const form = posted({
    'application/x-www-form-urlencoded': { schema: { type: 'object', additionalProperties: true } },
  })
  expect(form.request.body).toBeUndefined()
  expect(form.skipped).toContainEqual(expect.objectContaining({ part: 'body' }))
})

test('what comes back is the body of the reply, by the schema of the lowest success', () => {
  const json = (schema: object) => ({ content: { 'application/json': { schema } } })
  const { operation, request } = importedOne({
    responses: { 404: json({ type: 'null' }), 201: json({ type: 'integer' }), 200: json(thing) },
  })
  expect([operation.output, request.headers]).toEqual([
    '{steps.request.body}',
    { Accept: 'application/json' },
  ])
  expect(operation.outputSchema).toMatchObject({ properties: { id: { type: 'string' } } })
  const none = importedOne({ responses: { 204: { description: 'Gone' } } })
  expect([none.operation.output, none.operation.outputSchema]).toEqual([undefined, undefined])
})

test('a reply that is no text comes in base64', () => {
  const { request } = importedOne({ responses: { 200: { content: { 'application/pdf': {} } } } })
  expect([request.headers, request.reply]).toEqual([{ Accept: 'application/pdf' }, { as: 'base64' }])
})
