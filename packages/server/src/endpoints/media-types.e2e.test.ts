import { type Endpoint, endpoints } from '@sallyport/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startSallyport, type TestReply, type TestSallyport } from '../sallyport.suite.ts'
import { rest } from './rest.suite.ts'

let sallyport: TestSallyport
let api: ReturnType<typeof rest>
beforeAll(async () => {
  sallyport = await startSallyport()
  api = rest(sallyport)
})
afterAll(() => sallyport.close())

const send = (method: string, path: string, body: string, type: string) =>
  sallyport.request(method, path, body, { headers: { 'content-type': type } })

/** RFC 9457, with the request's id in the body and in the header. */
function expectProblem(reply: TestReply, status: number, code: string): void {
  expect([reply.status, reply.body?.code]).toEqual([status, code])
  expect(reply.headers.get('content-type')).toMatch(/^application\/problem\+json/)
  expect(reply.headers.get('cache-control')).toBe('no-store')
  expect(reply.headers.get('x-content-type-options')).toBe('nosniff')
  expect(reply.body).toMatchObject({
    type: `${sallyport.origin}/errors/${code}`,
    title: expect.stringMatching(/./),
    status,
    detail: expect.stringMatching(/\.$/),
    requestId: expect.stringMatching(/^req_\w+$/),
  })
  expect(reply.headers.get('sallyport-request-id')).toBe(reply.body.requestId)
}

const mebibyte = 1_048_576

/** Endpoints that take a body, with what can stand in their path, and how many MiB they take. */
const taking = Object.entries<Endpoint>(endpoints)
  .filter(([, { body }]) => body !== undefined)
  .map(([name, { method, path, longestBody = mebibyte }]): [string, string, string, number] => [
    name,
    method,
    path.replace('{key}', 'absent').replace('{id}', 'acc_0'),
    longestBody / mebibyte,
  ])

describe('a body', () => {
  it.each(taking)(
    'of %s is JSON: a form, a text or something unnamed is refused',
    async (_name, method, path) => {
      for (const type of [
        'application/x-www-form-urlencoded',
        'text/plain',
        'text/plain; charset=application/json',
        'multipart/form-data; boundary=application/json',
        'application/xml',
        'application/octet-stream',
        'application/jsonp',
        'json',
      ]) {
        expectProblem(await send(method, path, '{"key":"a","name":"b"}', type), 415, 'media_type_unsupported')
      }
    },
  )

  it.each(taking)('of %s that is broken JSON is refused', async (_name, method, path) => {
    for (const body of [
      '{',
      '{"a":}',
      '{"a":1}}',
      "{'a':1}",
      'undefined',
      '\u{feff}{',
      '{"__proto__":{"x":1}}',
    ]) {
      expectProblem(await send(method, path, body, 'application/json'), 400, 'malformed_json')
    }
  })

  it.each(taking)('of %s (%s %s) over %d MiB is refused', async (_name, method, path, longest) => {
    const body = JSON.stringify({ name: 'n'.repeat(longest * mebibyte) })
    expectProblem(await send(method, path, body, 'application/json'), 413, 'body_too_large')
  })

  it('may name a character set', async () => {
    const body = JSON.stringify({ key: 'charset', name: 'x' })
    expect((await send('POST', '/v1/environments', body, 'application/json; charset=utf-8')).status).toBe(201)
  })

  it('without a byte is none, though it be announced as JSON', async () => {
    const json = 'application/json'
    for (const call of ['renew', 'test', 'token']) {
      expectProblem(await send('POST', `/v1/accounts/acc_0/${call}`, '', json), 404, 'not_found')
    }
    expectProblem(await send('DELETE', '/v1/accounts/acc_0', '', json), 404, 'not_found')
    expectProblem(await send('POST', '/v1/accounts', '', json), 422, 'input_invalid')
  })
})

describe('a failure', () => {
  it.each([
    ['GET', '/v1/absent', 404, 'not_found'],
    ['GET', '/absent', 404, 'not_found'],
    ['PUT', '/v1/accounts', 404, 'not_found'],
    ['POST', '/v1/accounts/acc_0/absent', 404, 'not_found'],
    ['GET', '/v1/accounts/', 404, 'not_found'],
    ['GET', '/V1/accounts', 404, 'not_found'],
    ['GET', `/v1/accounts/${'a'.repeat(65)}`, 404, 'not_found'],
    ['GET', `/v1/accounts/${'a'.repeat(5000)}`, 404, 'not_found'],
    ['GET', '/v1/accounts/acc_0%2F..%2F', 404, 'not_found'],
    ['GET', '/v1/integrations/not-a-key', 404, 'not_found'],
    ['GET', '/errors/absent', 404, 'not_found'],
    ['GET', '/errors/constructor', 404, 'not_found'],
    ['GET', '/v1/accounts/%zz', 400, 'bad_request'],
    ['GET', '/v1/accounts/%E0%A4%A', 400, 'bad_request'],
    ['GET', '/v1/accounts?limit=x', 422, 'input_invalid'],
    ['POST', '/v1/integrations', 422, 'definition_invalid'],
    ['GET', '/proxy/acc_0/x', 404, 'not_found'],
    ['GET', '/proxy/adapter/x', 400, 'profile_required'],
  ])('of %s %s is a problem with the request’s id', async (method, path, status, code) => {
    expectProblem(await sallyport.request(method, path), status, code)
  })

  it('without a key is one too', async () => {
    for (const path of ['/v1/accounts', '/proxy/acc_0/x']) {
      expectProblem(await sallyport.request('GET', path, undefined, { key: null }), 401, 'key_invalid')
    }
  })

  it('has a page that explains it, where its type says', async () => {
    const problem = (await api.get('/v1/absent')).body
    const page = await fetch(problem.type)
    expect(page.status).toBe(200)
    expect(await page.text()).toContain('not_found')
  })
})
