import { request as httpRequest } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  accountSecret,
  look,
  type OperationWorld,
  operationWorld,
  type Received,
} from './operations.suite.ts'

interface CallEvent {
  readonly data: { readonly requestId: string; readonly path: string; readonly status: number }
}

let world: OperationWorld
let sallyport: OperationWorld['sallyport']
let api: OperationWorld['api']
let saved: OperationWorld['saved']
let run: OperationWorld['run']
let account: string
let received: Received[]

beforeAll(async () => {
  world = await operationWorld()
  ;({ sallyport, api, saved, run, account, received } = world)
})
afterAll(() => world.close())

describe('an operation', () => {
  test('is saved, shown, changed field by field, listed and deleted, and the audit says by whom', async () => {
    const key = await saved({
      integration: 'crm',
      input: { type: 'object', required: ['kind'] },
      steps: [look],
      timeoutSeconds: 5,
    })
    const changed = await api.patch(`/v1/operations/${key}`, { name: 'Other', input: { required: null } })
    expect(changed.body).toMatchObject({ key, name: 'Other', timeoutSeconds: 5, input: { type: 'object' } })
    expect(changed.body.input).not.toHaveProperty('required')
    expect((await api.get(`/v1/operations/${key.toUpperCase()}`)).body).toEqual(changed.body)
    expect((await api.get('/v1/operations?integration=CRM')).body.items).toEqual([changed.body])
    expect((await api.patch(`/v1/operations/${key}`, { key: 'another' })).status).toBe(422)
    expect((await api.remove(`/v1/operations/${key}`)).status).toBe(204)
    expect((await api.get(`/v1/operations/${key}`)).status).toBe(404)
    const { items } = (await api.get(`/v1/audit?target=${changed.body.id}`)).body
    expect(items.map(({ action }: { action: string }) => action)).toEqual([
      ...['operation.deleted', 'operation.updated', 'operation.created'],
    ])
  })

  test('with faults is refused with all of them, and nothing is saved', async () => {
    const steps = [
      { ...look, path: '{steps.none}', when: '((' },
      { name: 'look', kind: 'wait', seconds: 1 },
    ]
    const reply = await api.post('/v1/operations', { key: 'bad', name: '', input: { type: 7 }, steps })
    expect([reply.status, reply.body.code]).toEqual([422, 'definition_invalid'])
    expect(reply.body.errors.map(({ path }: { path: string }) => path).sort()).toEqual([
      '/input',
      '/name',
      '/steps/0/path',
      '/steps/0/when',
      '/steps/1/name',
    ])
    expect((await api.get('/v1/operations/bad')).status).toBe(404)
    const key = await saved({ steps: [look] })
    const again = await api.post('/v1/operations', { key: key.toUpperCase(), name: 'x', steps: [look] })
    expect([again.status, again.body.code]).toEqual([409, 'key_taken'])
  })

  test('calls with values of its input and of the steps before, each encoded for where it stands', async () => {
    const key = await saved({
      steps: [
        {
          name: 'find',
          kind: 'http',
          path: '/find/{input.kind}',
          query: { q: '{input.text}', none: '{input.no}' },
        },
        {
          ...{ name: 'make', kind: 'http', method: 'POST', path: '/things/{steps.find.body.records.0.id}' },
          body: {
            json: {
              id: '{steps.find.body.records.0.id}',
              name: 'Dear {steps.find.body.records.0.first-name}',
            },
          },
        },
        {
          name: 'end',
          kind: 'return',
          value: { status: '{steps.make.status}', id: '{steps.find.body.records.0.id}' },
        },
      ],
    })
    received.length = 0
    const reply = await run(key, { input: { kind: 'a/b', text: 'x & y=z' } })
    expect([reply.status, reply.body], reply.text).toEqual([201, { output: { status: 201, id: 42 } }])
    expect(received.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'GET /api/find/a%2Fb?q=x%20%26%20y%3Dz',
      'POST /api/things/42',
    ])
    expect(JSON.parse(received[1]?.body ?? '')).toEqual({ id: 42, name: 'Dear Ann' })
    expect(received[1]?.headers).toMatchObject({
      'x-api-key': accountSecret,
      'content-type': 'application/json',
    })
  })

  test('takes only input that its schema allows, names every fault of it, and sends nothing', async () => {
    const properties = { email: { type: 'string', minLength: 3 }, age: { type: 'integer' } }
    const input = { type: 'object', required: ['email'], properties, additionalProperties: false }
    const key = await saved({ input, steps: [{ ...look, path: 'find/x' }] })
    received.length = 0
    const reply = await run(key, { input: { age: 'old', more: 1 } })
    expect([reply.status, reply.body.code], reply.text).toEqual([422, 'input_invalid'])
    const paths = reply.body.errors.map(({ path }: { path: string }) => path)
    expect(paths).toContain('/input/age')
    expect(paths.length).toBeGreaterThanOrEqual(3)
    expect(received).toEqual([])
    expect((await run(key, { input: { email: 'a@b' } })).status).toBe(201)
    expect((await run(key, { inputs: {} })).body.errors[0]).toMatchObject({
      path: '/inputs',
      code: 'unknown_field',
    })
  })

  test('has the schema of its input from the API where it says how', async () => {
    const map =
      '{"type": "object", "required": [fields[required].name], "properties": $merge(fields.{name: {"type": "string"}})}'
    const key = await saved({ inputFrom: { path: 'describe', map }, steps: [{ ...look, path: 'find/x' }] })
    const asked = await api.post(`/v1/operations/${key}/input`, { account })
    expect(asked.body, asked.text).toEqual({
      schema: {
        type: 'object',
        required: ['Email'],
        properties: { Email: { type: 'string' }, Age: { type: 'string' } },
      },
    })
    const plain = await saved({ input: { type: 'object', title: 'T' }, steps: [{ ...look, path: 'find/x' }] })
    expect((await api.post(`/v1/operations/${plain}/input`)).body).toEqual({
      schema: { type: 'object', title: 'T' },
    })
  })

  test('says which step failed and what the API answered, without the secret that the API gave back', async () => {
    const key = await saved({ steps: [{ name: 'look', kind: 'http', path: 'missing' }] })
    const reply = await run(key, { trace: true })
    expect([reply.status, reply.headers.get('content-type')]).toEqual([
      502,
      'application/problem+json; charset=utf-8',
    ])
    expect(reply.body).toMatchObject({
      ...{ code: 'upstream_refused', step: 'look' },
      upstream: { status: 404, body: { error: 'no such thing', sent: '[secret]' } },
    })
    expect(reply.text).not.toContain(accountSecret)
  })

  test('is broken off together with its call when whoever asked has left', async () => {
    const key = await saved({ steps: [{ name: 'wait', kind: 'http', path: 'never' }] })
    const givenUp = new Promise<void>((resolve) => {
      world.never.givenUp = resolve
    })
    const seen = received.length
    const call = httpRequest(`${sallyport.origin}/v1/operations/${key}/run`, {
      method: 'POST',
      headers: { authorization: `Bearer ${sallyport.adminKey}`, 'content-type': 'application/json' },
    })
    call.on('error', () => undefined)
    call.end(JSON.stringify({ account }))
    while (received.length === seen) await new Promise(setImmediate)
    call.destroy()
    await givenUp
  })
})

describe('an operation that is not saved', () => {
  const unsaved = (body: object, options = {}) =>
    sallyport.request('POST', '/v1/operations/run', { account, ...body }, options)

  test('runs as a saved one does, shows its request when asked, and leaves nothing but who had it run', async () => {
    const operation = {
      input: { type: 'object', required: ['kind'] },
      steps: [look],
      output: '{steps.look.status}',
    }
    const first = received.length
    const dry = await unsaved({ operation, input: { kind: 'a b' }, dryRun: true })
    expect(dry.body.request).toMatchObject({
      step: 'look',
      url: expect.stringMatching(/\/api\/find\/a%20b$/),
    })
    expect(received.length).toBe(first)
    const reply = await unsaved({ operation, input: { kind: 'a b' }, trace: true })
    expect([reply.status, reply.body]).toMatchObject([
      201,
      { output: 200, trace: [{ step: 'look', outcome: 'done' }] },
    ])
    expect(received.slice(first).map(({ url }) => url)).toEqual(['/api/find/a%20b'])
    expect((await api.get('/v1/operations/unsaved')).status).toBe(404)
    const { items } = (await api.get('/v1/audit?action=operation.run_unsaved')).body
    expect(items).toHaveLength(1)
    expect(items[0].target).toMatchObject({
      kind: 'operation',
      id: reply.headers.get('sallyport-request-id'),
    })
    expect(JSON.stringify(items)).toContain('/find/{input.kind}')
  })

  test('with faults does nothing, and names all of them where they stand in what was sent', async () => {
    const first = received.length
    const steps = [
      { ...look, path: '{steps.none}' },
      { name: 'look', kind: 'wait', seconds: 1 },
    ]
    const reply = await unsaved({ operation: { steps } })
    expect([reply.status, reply.body.code]).toEqual([422, 'definition_invalid'])
    expect(reply.body.errors.map(({ path }: { path: string }) => path).sort()).toEqual([
      '/operation/steps/0/path',
      '/operation/steps/1/name',
    ])
    expect((await unsaved({})).body.errors).toMatchObject([{ path: '/operation', code: 'required' }])
    expect((await unsaved({ operation: { steps: [look] }, surplus: 1 })).body.errors).toMatchObject([
      { path: '/surplus', code: 'unknown_field' },
    ])
    expect(received.length).toBe(first)
  })

  test('takes the right to save it and the right to run it, and a key that reaches as far as saving does', async () => {
    const first = received.length
    const operation = { steps: [{ ...look, path: 'find/x' }] }
    for (const [scopes, more] of [
      [['operations:run']],
      [['operations:write']],
      [['operations:write', 'operations:run'], { environment: 'development' }],
    ] as const) {
      const reply = await unsaved({ operation }, await world.keyWith(scopes, more))
      expect([scopes, reply.status, reply.body.code]).toEqual([scopes, 403, 'scope_missing'])
    }
    expect(received.length).toBe(first)
    const both = await world.keyWith(['operations:write', 'operations:run'])
    expect((await unsaved({ operation }, both)).status).toBe(201)
  })

  test('is none that another is taken for: it runs those that are saved, and their pages go on by their own alone', async () => {
    const paging = { kind: 'page', parameter: 'page', maxPages: 1 }
    const steps = [{ name: 'list', kind: 'http', path: 'pages', paging }]
    const key = await saved({ steps })
    const calling = await unsaved({ operation: { steps: [{ name: 'other', kind: 'run', operation: key }] } })
    expect(calling.body.output.items).toEqual([{ page: 1 }])
    const { resume } = (await unsaved({ operation: { key, steps } })).body.output
    expect((await unsaved({ operation: { steps }, resume })).body.output.items).toEqual([{ page: 2 }])
    expect((await run(key, { resume })).body.errors).toMatchObject([
      { path: '/resume', code: 'not_recognized' },
    ])
  })
})

describe('who runs', () => {
  test('needs the right to run alone: in a profile by its bindings, else by an account that the key sees', async () => {
    const adapters = [{ name: 'crm', integration: 'crm' }]
    expect((await api.post('/v1/apps', { key: 'shop', name: 'Shop', adapters })).status).toBe(201)
    const profile = {
      environment: 'development',
      bindings: { crm: account },
      settings: { kind: 'of-profile' },
    }
    await sallyport.request('PUT', '/v1/apps/shop/profiles/dev', profile)
    const key = await saved({ adapter: 'crm', steps: [{ ...look, path: 'find/{profile.kind}' }] })
    const inProfile = await world.keyWith(['operations:run'], { app: 'shop', profile: 'dev' })
    received.length = 0
    expect((await run(key, { account: undefined }, inProfile)).status).toBe(201)
    expect(received[0]?.url).toBe('/api/find/of-profile')
    const plain = await world.keyWith(['operations:run'])
    const without = await run(key, { account: undefined }, plain)
    expect([without.status, without.body.code, without.body.step]).toEqual([400, 'profile_required', 'look'])
    expect((await run(key, {}, plain)).body.code).toBe('profile_setting_missing')
    const other = await api.account('crm', { secret: { token: 'other' }, name: 'Other' })
    const limited = await world.keyWith(['operations:run'], { accounts: [other.id] })
    expect((await run(key, {}, limited)).status).toBe(404)
    const asked = await sallyport.request('GET', `/proxy/${account}/find/x`, undefined, plain)
    expect([asked.status, asked.body.code]).toEqual([403, 'scope_missing'])
    expect((await run(key, {}, await world.keyWith(['proxy:call']))).status).toBe(403)
  })

  test('makes one event of each call', async () => {
    const key = await saved({
      steps: [
        { ...look, path: 'find/word' },
        { ...look, name: 'two', path: 'missing' },
      ],
    })
    const reply = await run(key, {})
    await sallyport.runDue()
    const { items } = (await api.get(`/v1/events?type=call&account=${account}`)).body
    const own = (items as readonly CallEvent[]).filter(({ data }) => data.requestId === reply.body.requestId)
    expect(own.map(({ data }) => [data.path, data.status]).sort()).toEqual([
      ['/find/word', 200],
      ['/missing', 404],
    ])
  })
})
