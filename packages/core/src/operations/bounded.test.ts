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

test.each([
  ['texts of a list', { kind: 'return', value: often('{steps.big}!', 4000) }],
  [
    'names of files',
    {
      kind: 'zip',
      action: 'create',
      entries: often('{steps.big}!', 4000).map((path) => ({ path, content: '' })),
    },
  ],
])('together texts are no longer than one may be: %s', async (_what, step) => {
  expect((await failure({ steps: [megabyte, { name: 'made', ...step }] })).code).toBe('step_limit_reached')
})

test('values are written into a text until it is too long, and no further', async () => {
  const step = { kind: 'return', name: 'made', value: often('{steps.big}', 3000).join('') }
  expect((await failure({ steps: [tree, step] })).code).toBe('step_limit_reached')
})

test('all headers together are as short as one', async () => {
  const short = { kind: 'transform', name: 'big', expression: '$pad("", 60000, "x")' }
  const headers = { 'x-a': '{steps.big}', 'x-b': '{steps.big}' }
  expect(await failure({ steps: [short, { kind: 'http', name: 'send', path: 'x', headers }] })).toMatchObject(
    {
      ...{ code: 'step_limit_reached', requests: 0 },
    },
  )
})

test('fields of a form do not repeat the long names around them without end', async () => {
  const expression =
    '$reduce([1..300], function($within, $n) { {"a name of some length": $within} }, [1..200000])'
  const body = { form: { a: '{steps.big}' }, brackets: true }
  const steps = [
    { kind: 'transform', name: 'big', expression },
    { kind: 'http', name: 'send', method: 'POST', path: 'x', body },
  ]
  expect((await failure({ steps })).code).toBe('step_limit_reached')
})

test('what operations make of what they are given is in the memory of the run', async () => {
  const others = [{ key: 'a', steps: [{ kind: 'return', name: 'end', value: '{input.big}!' }] }]
  const steps = often('a', 5).map((operation, at) => ({
    ...{ kind: 'run', name: `made${at}`, operation, input: { big: '{steps.big}' } },
  }))
  expect(await failure({ steps: [megabyte, ...steps] }, { others, bytes: 4_500_000 })).toMatchObject({
    ...{ code: 'reply_too_large', step: 'made3' },
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
