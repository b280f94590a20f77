import { publicDocument } from '@sallyport/testkit'
import { expect, test } from 'vitest'
import { type ImportThreadOptions, importInThread } from './import-thread.ts'

async function said(body: object | string, options: ImportThreadOptions = {}) {
  const bytes = new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body))
  const messages = []
  for await (const message of importInThread(bytes, options)) messages.push(message)
  return messages
}

const small = { openapi: '3.1.0', paths: { '/a': { get: { operationId: 'one' } } } }

test('a document is imported in a thread, which says how far it is', async () => {
  const messages = await said({ document: publicDocument('jira'), tags: ['Issues'], dryRun: true })
  const [begun] = messages
  expect(begun).toMatchObject({
    kind: 'begun',
    options: { dryRun: true, existing: 'refuse', tags: ['Issues'] },
  })
  const total = begun?.kind === 'begun' ? begun.total : 0
  expect(total).toBeGreaterThan(10)
  expect(messages.at(-1)).toMatchObject({ kind: 'done', summary: { described: 499 } })
  const operations = messages.flatMap((message) => (message.kind === 'operations' ? message.operations : []))
  expect(operations).toHaveLength(total)
  expect(JSON.parse(operations[0]?.definition ?? '')).toMatchObject({
    key: operations[0]?.key,
    steps: [expect.anything()],
  })
})

test.each(['{', '\u{feff}{}', '{"__proto__":{"x":1}}', '', '"x"'])(
  'the body %j is refused as everywhere',
  async (body) => {
    const isJson = body === '' || body === '"x"'
    await expect(said(body)).rejects.toMatchObject({ code: isJson ? 'input_invalid' : 'malformed_json' })
  },
)

test('all faults of the input are named, and those of the document', async () => {
  await expect(said({ document: small, tag: ['x'], server: -1, existing: 'maybe' })).rejects.toMatchObject({
    faults: [{ path: '/server' }, { path: '/existing' }, { path: '/tag' }],
  })
  await expect(said({ document: 'a: [' })).rejects.toMatchObject({
    faults: [{ path: '/document', code: 'malformed' }],
  })
})

test('this thread goes on meanwhile', async () => {
  let turns = 0
  const turning = setInterval(() => {
    turns += 1
  }, 1)
  await said({ document: publicDocument('stripe'), paths: ['/v1/c*'] })
  clearInterval(turning)
  expect(turns).toBeGreaterThan(20)
})

test('a document that takes too long, or too much memory, is given up', async () => {
  const document = publicDocument('stripe')
  await expect(said({ document }, { milliseconds: 50 })).rejects.toMatchObject({
    faults: [{ path: '/document', code: 'too_complex', message: expect.stringContaining('longer') }],
  })
  await expect(said({ document }, { heapMegabytes: 24 })).rejects.toMatchObject({
    faults: [{ path: '/document', code: 'too_complex', message: expect.stringContaining('memory') }],
  })
})

test('an import that nobody waits for any more ends', async () => {
  const left = new AbortController()
  const running = said({ document: publicDocument('stripe') }, { signal: left.signal })
  left.abort()
  await expect(running).rejects.toMatchObject({ code: 'request_timeout' })
})
