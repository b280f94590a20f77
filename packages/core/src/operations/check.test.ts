import type { Fault } from '@sallyport/contract'
import { describe, expect, test } from 'vitest'
import { SallyportError } from '../error.ts'
import type { Store } from '../ports.ts'
import { checkedOperation } from './check.ts'
import { Sandbox } from './steps/sandbox/sandbox.ts'

const store = {
  integrations: { getByKey: async (_: string, key: string) => (key === 'crm' ? {} : undefined) },
  operations: { getByKey: async (_: string, key: string) => (key === 'other' ? {} : undefined) },
  apps: { list: async () => ({ items: [{ adapters: [{ name: 'Crm' }] }], nextCursor: undefined }) },
} as unknown as Store

const ports = { store, sandbox: new Sandbox() }
const get = { name: 'get', kind: 'http', path: 'x' }
const end = (value: unknown, name = 'end') => ({ name, kind: 'return', value })

/** `path code` of each fault. */
async function faults(fields: object, stays?: string): Promise<string[]> {
  return (await faultsOf(fields, stays)).map(({ path, code }) => `${path} ${code}`)
}

async function faultsOf(fields: object, stays?: string): Promise<readonly Fault[]> {
  try {
    await checkedOperation(ports, 'org_1', { key: 'op', name: 'Operation', ...fields }, stays)
    return []
  } catch (error) {
    if (error instanceof SallyportError && error.code === 'definition_invalid') return error.faults
    throw error
  }
}

test('an operation that holds comes back with what it left to be filled in', async () => {
  const raw = { key: 'op', name: 'Operation', adapter: 'crm', integration: 'crm', steps: [get] }
  expect(await checkedOperation(ports, 'org_1', raw)).toEqual({
    ...raw,
    steps: [{ ...get, method: 'GET' }],
    input: { type: 'object' },
    timeoutSeconds: 60,
  })
})

test('every fault is named at once, of what is malformed as well as of what does not fit together', async () => {
  const fields = {
    key: 'not a key',
    adapter: 'nobody',
    integration: 'none',
    input: { type: 'nonsense' },
    more: 1,
    steps: [
      { ...get, path: '{steps.later.id}/{input}/{token}', when: '(', adapter: 'unknown' },
      { name: 'get', kind: 'run', operation: 'absent', input: {} },
      { name: 'bad', kind: 'nonsense' },
      { name: 'later', kind: 'run', operation: 'other', input: { x: '{error.code}' } },
    ],
  }
  expect((await faults(fields)).sort()).toEqual([
    '/adapter unknown_adapter',
    '/input schema_invalid',
    '/integration unknown_integration',
    '/key invalid_format',
    '/more unknown_field',
    '/steps/0/adapter unknown_adapter',
    '/steps/0/path unknown_placeholder',
    '/steps/0/path unknown_placeholder',
    '/steps/0/when expression_unreadable',
    '/steps/1/name repeated',
    '/steps/1/operation unknown_operation',
    '/steps/2/kind not_a_choice',
    '/steps/3/input/x unknown_placeholder',
  ])
})

test('a step that is malformed in one of its members is looked into for all others', async () => {
  const steps = [{ ...get, path: '{steps.none}', headers: { Host: 'x' }, paging: { kind: 'nope' }, more: 1 }]
  expect((await faults({ steps })).sort()).toEqual([
    '/steps/0/headers/Host header_reserved',
    '/steps/0/more unknown_field',
    '/steps/0/paging/kind not_a_choice',
    '/steps/0/path unknown_placeholder',
  ])
})

describe('placeholders', () => {
  test('may see steps before them, those of a `try` and its own step included', async () => {
    const attempt = {
      ...{ name: 'either', kind: 'try', steps: [get, { ...get, name: 'two', path: '{steps.get.status}' }] },
      catch: [{ ...get, name: 'three', path: '{steps.two.status}/{error.status}' }],
    }
    expect(await faults({ steps: [attempt, end(['{steps.either}', '{steps.three.status}'])] })).toEqual([])
    expect(await faults({ steps: [end('{steps.either}', 'first'), attempt] })).toEqual([
      '/steps/0/value unknown_placeholder',
    ])
  })

  test('see no error outside of `catch`, no account where nothing is called, and nothing of themselves', async () => {
    const steps = [
      end('{error.code}', 'a'),
      end('{account.tenant}', 'b'),
      { ...get, path: '{steps.get.body}' },
    ]
    expect(await faults({ steps })).toEqual([
      '/steps/0/value unknown_placeholder',
      '/steps/1/value unknown_placeholder',
      '/steps/2/path unknown_placeholder',
    ])
  })

  test('are held against the members of the input where it can have no others', async () => {
    const input = { type: 'object', properties: { known: {} }, additionalProperties: false }
    const steps = [end('{input.known.any}', 'a'), end('{input.other}', 'b')]
    expect(await faults({ input, steps })).toEqual(['/steps/1/value unknown_placeholder'])
    expect(await faults({ input: { ...input, additionalProperties: true }, steps })).toEqual([])
    expect(await faults({ input: { ...input, patternProperties: { o: {} } }, steps })).toEqual([])
  })

  test('that are meant as text are written with two braces, and expressions are none', async () => {
    const steps = [{ ...get, when: '{"a": input.x}.a = 1' }, end('query {{login}} { x }')]
    expect(await faults({ steps })).toEqual([])
    const [fault] = await faultsOf({ steps: [end('query {login}')] })
    expect(fault?.message).toContain('{{login}}')
  })

  test('of an output see every step', async () => {
    expect(await faults({ steps: [get], output: { a: '{steps.get.status}' } })).toEqual([])
    expect(await faults({ steps: [get], output: { 'a/b': ['{steps.none}'] } })).toEqual([
      '/output/a~1b/0 unknown_placeholder',
    ])
  })
})

describe('a step', () => {
  test.each([
    'Authorization',
    'Host',
    'Content-Length',
    'Sallyport-Target',
    'X_Forwarded_For',
    'Transfer-Encoding',
  ])('does not set %s, which is not its to set', async (name) => {
    const steps = [{ ...get, headers: { [name]: 'x' } }]
    expect(await faults({ steps })).toEqual([`/steps/0/headers/${name} header_reserved`])
  })

  test('streams only as the last, without `output`, and unchanged', async () => {
    const stream = { ...get, reply: { as: 'stream' } }
    expect(await faults({ steps: [stream] })).toEqual([])
    expect(await faults({ steps: [stream, end(1)] })).toEqual(['/steps/0/reply/as stream_not_last'])
    expect(await faults({ steps: [stream], output: 1 })).toEqual(['/steps/0/reply/as stream_not_last'])
    expect(await faults({ steps: [{ ...get, reply: { as: 'stream', map: '$' } }] })).toEqual([
      '/steps/0/reply/map not_with_stream',
    ])
  })

  test('asks for pages in a body only where it has one that can hold it', async () => {
    const paging = { kind: 'cursor', cursor: '/next', parameter: 'after', in: { body: '/after' } }
    expect(await faults({ steps: [{ ...get, paging }] })).toEqual(['/steps/0/paging/in no_json_body'])
    expect(await faults({ steps: [{ ...get, method: 'POST', body: { json: {} }, paging }] })).toEqual([])
    expect(
      await faults({ steps: [{ ...get, paging: { ...paging, in: 'query', cursor: 'cookie:c' } }] }),
    ).toEqual(['/steps/0/paging/cursor cookie_not_seen'])
  })

  test('has a path or an address, not both', async () => {
    expect(await faults({ steps: [{ ...get, url: 'https://a.test' }] })).toEqual(['/steps/0/url not_both'])
  })
})

test('an operation that runs itself, or changes its key, is refused', async () => {
  const steps = [{ name: 'again', kind: 'run', operation: 'OP' }]
  expect(await faults({ steps })).toEqual(['/steps/0/operation runs_itself'])
  expect(await faults({ steps: [end(1)] }, 'other')).toEqual(['/key key_fixed'])
})

test('what is nested too deep is refused before anything walks into it', async () => {
  let deep: unknown = 1
  for (let level = 0; level < 100_000; level += 1) deep = [deep]
  expect(await faults({ steps: [end(deep)] })).toEqual([' too_deep'])
})
