import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  accountSecret,
  look,
  type OperationWorld,
  operationWorld,
  type Received,
} from './operations.suite.ts'

let world: OperationWorld
let sallyport: OperationWorld['sallyport']
let api: OperationWorld['api']
let saved: OperationWorld['saved']
let run: OperationWorld['run']
let received: Received[]
let origin: string

beforeAll(async () => {
  world = await operationWorld()
  ;({ sallyport, api, saved, run, received, origin } = world)
})
afterAll(() => world.close())

describe('a dry run', () => {
  test('shows the request with the secret masked, sends nothing, and has commands that a shell sends just so', async () => {
    const key = await saved({
      steps: [
        {
          ...{ name: 'look', kind: 'http', method: 'POST', path: "it's", query: { q: '$HOME `id` "x"' } },
          ...{ headers: { 'X-Note': "a'b" }, body: { json: { a: "b'c\n$(id)", at: '@file' } } },
        },
      ],
    })
    received.length = 0
    const reply = await run(key, { dryRun: true })
    expect(reply.status, reply.text).toBe(201)
    const { request } = reply.body
    expect(request).toMatchObject({
      method: 'POST',
      step: 'look',
      body: JSON.stringify({ a: "b'c\n$(id)", at: '@file' }),
    })
    expect(request.url).toMatch(`${origin}/api/it's?q=%24HOME`)
    expect(request.headers).toContainEqual({ name: 'X-Api-Key', value: '***' })
    expect(reply.text).not.toContain(accountSecret)
    expect(received).toEqual([])
    await run(key, {})
    const shell = (command: string) =>
      promisify(execFile)('sh', ['-c', command], {
        env: { PATH: process.env.PATH, TOKEN: accountSecret, SALLYPORT_KEY: sallyport.adminKey },
      })
    await shell(request.curl.api)
    await shell(request.curl.passage)
    const [sent, ...repeated] = received.map(({ method, url, body, headers }) => ({
      ...{
        method,
        url,
        body,
        key: headers['x-api-key'],
        note: headers['x-note'],
        type: headers['content-type'],
      },
    }))
    expect(repeated).toEqual([sent, sent])
  })
})

describe('a stream', () => {
  const pages = (query: object = {}) => ({
    steps: [
      {
        name: 'list',
        kind: 'http',
        path: 'pages',
        query,
        paging: { kind: 'page', parameter: 'page' },
        reply: { as: 'stream' },
      },
    ],
  })
  const lines = { headers: { accept: 'application/x-ndjson' } }

  test('passes on a body that is longer than a run keeps, and no browser takes it for a page', async () => {
    const step = { name: 'large', kind: 'http', path: 'large' }
    const reply = await run(await saved({ steps: [{ ...step, reply: { as: 'stream' } }] }), {})
    expect([reply.text.length, reply.headers.get('content-type')]).toEqual([300_000, 'text/csv'])
    expect(reply.headers.get('content-security-policy')).toBe('sandbox')
    const kept = await run(await saved({ steps: [step] }), {})
    expect([kept.status, kept.body.code, kept.body.step]).toEqual([502, 'reply_too_large', 'large'])
  })

  test('of pages is one array, or a line for each item', async () => {
    const key = await saved(pages())
    const items = [1, 2, 3, 4].map((page) => ({ page }))
    expect((await run(key, {})).body).toEqual(items)
    const reply = await run(key, {}, lines)
    expect(reply.headers.get('content-type')).toBe('application/x-ndjson')
    expect(
      reply.text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([...items, { end: { pages: 5 } }])
  })

  test('that breaks off says where to go on, for this operation and nobody who writes it themselves', async () => {
    const key = await saved(pages({ broken: '{input.broken}' }))
    const reply = await run(key, { input: { broken: 3 } }, lines)
    const [first, , last] = reply.text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect([first, last.end]).toMatchObject([
      { page: 1 },
      { pages: 2, error: { code: 'upstream_refused', step: 'list' } },
    ])
    const { resume } = last.end
    expect((await run(key, { resume })).body).toEqual([{ page: 3 }, { page: 4 }])
    const other = await run(await saved(pages()), { resume })
    expect([other.status, other.body.errors[0].path]).toEqual([422, '/resume'])
    const forged = Buffer.from(
      JSON.stringify({ step: 'list', turn: { kind: 'url', url: `${origin}/api/find/x` } }),
    )
    expect((await run(key, { resume: forged.toString('base64url') })).status).toBe(422)
    await expect(run(key, { input: { broken: 3 } })).rejects.toThrow()
  })
})

test('operations go along with exports, and are imported in the order in which they run each other', async () => {
  const adapters = [{ name: 'crm', integration: 'crm' }]
  expect((await api.post('/v1/apps', { key: 'shop', name: 'Shop', adapters })).status).toBe(201)
  const inner = await saved({
    key: 'zInner',
    adapter: 'crm',
    integration: 'crm',
    steps: [{ ...look, path: 'find/x' }],
  })
  await saved({ key: 'aOuter', steps: [{ name: 'run', kind: 'run', operation: inner }] })
  const document = (await api.get('/v1/export')).body
  const keys = document.operations.map(({ key }: { key: string }) => key.toLowerCase())
  expect(keys).toEqual([...keys].sort())
  expect(JSON.stringify(document.operations)).not.toMatch(/opr_|createdAt/)
  const { key } = (await api.post('/v1/organizations', { name: 'Another' })).body
  const elsewhere = (method: string, path: string, body?: object) =>
    sallyport.request(method, path, body, { key })
  const broken = {
    ...document,
    operations: [...document.operations, { key: 'bad', name: '', steps: [{ ...look, when: '((' }] }],
  }
  const refused = await elsewhere('POST', '/v1/import', broken)
  const at = `/operations/${document.operations.length}`
  expect(refused.body.errors.map(({ path }: { path: string }) => path).sort()).toEqual([
    `${at}/name`,
    `${at}/steps/0/when`,
  ])
  const imported = await elsewhere('POST', '/v1/import', document)
  expect(imported.status, imported.text).toBe(201)
  expect((await elsewhere('GET', '/v1/export')).body.operations).toEqual(document.operations)
  expect((await elsewhere('POST', '/v1/import', document)).body).toMatchObject({ created: 0, updated: 0 })
  const changed = structuredClone(document)
  changed.operations[0].name = 'Renamed'
  expect((await elsewhere('POST', '/v1/import', changed)).body).toMatchObject({ created: 0, updated: 1 })
})
