import { describe, expect, test } from 'vitest'
import { SallyportError } from '../error.ts'
import type { Timers } from '../ports.ts'
import { accountSecret, engine, failure, http } from './engine.suite.ts'

/** Time that passes where a step waits, and no sooner. */
function passing(): Timers {
  let now = 0
  return {
    monotonic: () => now,
    wait: async (milliseconds, signal) => {
      if (milliseconds < 60_000) now += milliseconds
      else await new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve()))
    },
  }
}

describe('the end of a run', () => {
  test('comes at the next call where whoever asked may not any more', async () => {
    const { run, received } = await engine(() => 1, { timers: passing() })
    const steps = [http('a', 'a'), { name: 'wait', kind: 'wait', seconds: 2 }, http('b', 'b')]
    const stillMay = async () => {
      throw new SallyportError('key_invalid')
    }
    const error = await failure(run({ steps }, {}, { stillMay }))
    expect([error.code, error.step]).toEqual(['key_invalid', 'b'])
    expect(received).toHaveLength(1)
  })

  test('breaks off a call that takes too long, and no `try` catches it', async () => {
    const gone: Promise<void>[] = []
    const { run, records } = await engine((_, response) => {
      gone.push(new Promise((resolve) => response.once('close', resolve)))
      return new Promise(() => undefined)
    })
    const attempt = {
      name: 'a',
      kind: 'try',
      steps: [http('slow', 'x')],
      catch: [{ name: 'no', kind: 'return', value: 1 }],
    }
    const error = await failure(run({ steps: [attempt], timeoutSeconds: 0.3 }))
    expect([error.code, error.step]).toEqual(['operation_timeout', 'slow'])
    await gone[0]
    expect(records.map(({ code }) => code)).toEqual(['operation_timeout'])
  })

  test('breaks off a body that trickles', async () => {
    const { run } = await engine((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.write('[')
    })
    expect((await failure(run({ steps: [http('slow', 'x')], timeoutSeconds: 0.3 }))).code).toBe(
      'operation_timeout',
    )
  })

  test('comes when whoever asked has left: what waits ends, and nothing more is sent', async () => {
    const left = new AbortController()
    const { run, received } = await engine(() => {
      setImmediate(() => left.abort())
      return 1
    })
    const steps = [http('a', 'a'), { name: 'wait', kind: 'wait', seconds: 900 }, http('b', 'b')]
    await failure(run({ steps }, {}, { left: left.signal }))
    expect(received).toHaveLength(1)
  })

  test('comes for steps that wait for others to be computed', async () => {
    const { run } = await engine(() => 1)
    const endless = '($f := function($n) { $f($n + 1) }; $f(0))'
    const steps = [{ name: 'endless', kind: 'transform', expression: endless }]
    const runs = Array.from({ length: 6 }, () => failure(run({ steps, timeoutSeconds: 0.3 })))
    const codes = new Set((await Promise.all(runs)).map(({ code }) => code))
    expect([...codes].sort()).toEqual(['operation_timeout', 'step_limit_reached'])
  })

  test('comes in time for others where operations run each other very often', async () => {
    const runs = (operation: string) =>
      Array.from({ length: 100 }, (_, at) => ({ name: `s${at}`, kind: 'run', operation }))
    const others = [{ key: 'a', steps: [{ name: 'end', kind: 'return', value: 1 }] }]
    for (const [key, operation] of [...'bcdefg'].map((key, at) => [key, 'abcdefg'[at] ?? ''] as const))
      others.push({ key, steps: runs(operation) as never })
    const left = new AbortController()
    const { run } = await engine(() => 1, { others })
    setImmediate(() => left.abort())
    const error = await failure(run({ steps: runs('g'), timeoutSeconds: 3 }, {}, { left: left.signal }))
    expect(error.message).toBe('Whoever asked for this has left.')
  })
})

describe('who runs', () => {
  test('is told to name an account where the operation names no adapter', async () => {
    const { run } = await engine(() => 1)
    const error = await failure(run({ steps: [http('get', 'x')] }, { account: undefined }))
    expect([error.code, error.faults[0]?.path, error.step]).toEqual(['input_invalid', '/account', 'get'])
  })

  test('calls by no account of another integration than the operation is made for', async () => {
    const { run, received } = await engine(() => 1)
    const error = await failure(run({ integration: 'Other', steps: [http('get', 'x')] }))
    expect(error.faults[0]).toMatchObject({ path: '/account', code: 'other_integration' })
    expect(received).toEqual([])
  })

  test.each([
    ['accounts', { accounts: new Set(['acc_2']) }],
    ['an environment', { environment: 'production' }],
    ['tags', { tags: { team: 'a' } }],
  ])('stays limited to %s by their key', async (_, principal) => {
    const { run, received } = await engine(() => 1)
    expect((await failure(run({ steps: [http('get', 'x')] }, {}, { principal }))).code).toBe('not_found')
    expect(received).toEqual([])
  })

  test('is told what was done before a step failed', async () => {
    const { run } = await engine((_, response) => response.writeHead(500).end())
    const error = await failure(run({ steps: [http('get', 'x')] }, { trace: true }))
    expect(error.trace).toMatchObject([{ step: 'get', outcome: 'failed', code: 'upstream_refused' }])
    expect((await failure(run({ steps: [http('get', 'x')] }))).trace).toBeUndefined()
  })

  test('is shown in a dry run what a token says, and not what makes it one', async () => {
    const { run } = await engine(() => 1)
    const token = {
      name: 'token',
      kind: 'jwt',
      algorithm: 'HS256',
      key: 'secret.token',
      payload: { sub: 'a' },
    }
    const body = { form: { assertion: '{steps.token}' } }
    const steps = [token, http('send', 'x', { method: 'POST', body })]
    const result = await run({ steps }, { dryRun: true })
    if ('stream' in result) throw new Error('it streams')
    expect(result.reply.request?.body).toMatch(/^assertion=[\w-]+\.[\w-]+\.\*\*\*$/)
    expect(result.reply.request?.curl?.passage).toContain('.***')
  })

  test('sees in the trace what each step did, and no secret', async () => {
    const { run, records } = await engine(({ url }) => url)
    const steps = [http('get', 'x/{input.id}', { query: { q: 'find' } }), http('no', 'x', { when: 'false' })]
    const result = await run({ steps }, { trace: true, input: { id: 1 } })
    if ('stream' in result) throw new Error('it streams')
    expect(result.reply.trace).toMatchObject([
      {
        ...{ step: 'get', kind: 'http', outcome: 'done' },
        requests: [{ method: 'GET', path: '/x/1', status: 200, attempts: 1, bytes: { up: 0, down: 17 } }],
      },
      { step: 'no', outcome: 'skipped' },
    ])
    expect(JSON.stringify(result)).not.toContain(accountSecret)
    expect(records).toHaveLength(1)
  })
})
