import { expect, test } from 'vitest'
import { engine } from './engine.suite.ts'

const megabyte = { kind: 'transform', name: 'big', expression: '$pad("", 1000000, "x")' }
const tree = { kind: 'transform', name: 'big', expression: '[1..100000].{"n": $}' }
const often = (what: string, times: number) => Array.from({ length: times }, () => what)

async function failure(definition: object, { others = [] as object[], bytes = 100_000_000 } = {}) {
  const { run, received } = await engine(() => ({}), { others, replyBytes: bytes })
  const error = await run(definition).catch((thrown) => thrown)
  return { code: error.code, step: error.step, requests: received.length }
}

test.each([
  ['a list of it', often('{steps.big}', 1000)],
  ['it by many names', Object.fromEntries(often('{steps.big}', 1000).map((value, at) => [`n${at}`, value]))],
  ['a text of it', often('{steps.big}', 1000).join('')],
])(
  'an output that says the same large value a thousand times is refused before it is made: %s',
  async (_what, output) => {
    expect((await failure({ steps: [megabyte], output })).code).toBe('step_limit_reached')
  },
)

test('operations that run one another do not multiply what they put out', async () => {
  const double = (key: string, operation: string) => ({
    key,
    steps: [{ kind: 'run', name: 'inner', operation }],
    output: often('{steps.inner}', 50),
  })
  const others = [{ key: 'a', steps: [tree] }, double('b', 'a'), double('c', 'b'), double('d', 'c')]
  expect((await failure(double('e', 'd'), { others })).code).toBe('step_limit_reached')
})

test.each([
  ['JSON', { body: { json: often('{steps.big}', 1000) } }],
  ['a text', { body: { raw: often('{steps.big}', 1000).join('') } }],
  ['a form', { body: { form: { a: often('{steps.big}', 1000) } } }],
  [
    'parts',
    { body: { multipart: often('{steps.big}', 100).map((value, at) => ({ name: `n${at}`, value })) } },
  ],
  ['a query', { query: { a: often('{steps.big}', 1000) } }],
  ['a header', { headers: { 'x-a': '{steps.big}!' } }],
  ['a path', { path: '/{steps.big}/a' }],
])('no request is made that would say it so often: %s', async (_what, request) => {
  const step = { kind: 'http', name: 'send', method: 'POST', ...request }
  expect(await failure({ steps: [megabyte, step] })).toEqual({
    code: 'step_limit_reached',
    step: 'send',
    requests: 0,
  })
})

test('no archive is made that would hold it so often', async () => {
  const entries = Array.from({ length: 1000 }, (_, at) => ({
    path: `f${at}`,
    content: { in: '{steps.big}' },
  }))
  const step = { kind: 'zip', name: 'pack', action: 'create', entries }
  expect((await failure({ steps: [tree, step] })).code).toBe('step_limit_reached')
})

test('what steps put out is in the memory of their run, as replies are', async () => {
  const steps = Array.from({ length: 5 }, (_, at) => ({ ...megabyte, name: `big${at}` }))
  expect(await failure({ steps }, { bytes: 4_500_000 })).toMatchObject({
    code: 'reply_too_large',
    step: 'big4',
  })
})

test('what is large and said once goes through', async () => {
  const { output } = await engine(() => ({}), { replyBytes: 100_000_000 })
  expect(await output({ steps: [megabyte], output: { a: '{steps.big}' } })).toEqual({
    a: 'x'.repeat(1_000_000),
  })
})
