import { expect, onTestFinished, test } from 'vitest'
import { Sandbox, type SandboxOptions } from './sandbox.ts'

function sandboxWith(options: SandboxOptions) {
  const sandbox = new Sandbox(options)
  onTestFinished(() => sandbox.close())
  const evaluate = (
    expression: string,
    organizationId = 'org_1',
    more: { signal?: AbortSignal; milliseconds?: number } = {},
  ) => sandbox.run({ kind: 'evaluate', settings: { expression } }, { json: {} }, { organizationId, ...more })
  return { sandbox, evaluate }
}

const endless = '($f := function() { $f() }; $f())'

test('an organization whose expressions hang keeps no other from its turn', async () => {
  const { evaluate } = sandboxWith({ processes: 1, limits: { milliseconds: 150 } })
  const ended: string[] = []
  const hanging = [1, 2, 3].map((each) =>
    evaluate(endless, 'org_hostile').catch(() => ended.push(`hostile ${each}`)),
  )
  const served = evaluate('1', 'org_other').then(() => ended.push('other'))
  await Promise.all([...hanging, served])
  expect(ended).toEqual(['hostile 1', 'hostile 2', 'other', 'hostile 3'])
})

test('no more processes work at once than there may be, and each job is answered', async () => {
  const { evaluate } = sandboxWith({ processes: 2 })
  const answers = await Promise.all(Array.from({ length: 50 }, (_, each) => evaluate(`${each} + 1`)))
  expect(answers).toEqual(Array.from({ length: 50 }, (_, each) => String(each + 1)))
})

test('a job takes no longer than is left of its run', async () => {
  const { evaluate } = sandboxWith({ limits: { milliseconds: 60_000 } })
  await expect(evaluate(endless, 'org_1', { milliseconds: 50 })).rejects.toMatchObject({
    code: 'step_limit_reached',
  })
})

test('a job that waits for its turn is given up with its run, and the others are done', async () => {
  const { evaluate } = sandboxWith({ processes: 1 })
  const abort = new AbortController()
  const first = evaluate('1')
  const waiting = evaluate('2', 'org_1', { signal: abort.signal })
  const last = evaluate('3')
  abort.abort(new Error('The run has ended.'))
  await expect(waiting).rejects.toThrow('The run has ended.')
  expect(await Promise.all([first, last])).toEqual(['1', '3'])
})

test('what goes in is bounded in bytes, as text and as JSON', async () => {
  const { sandbox } = sandboxWith({ limits: { inputBytes: 1000 } })
  const job = { kind: 'evaluate', settings: { expression: '$length($)' } } as const
  const run = (body: { text: string } | { json: unknown }) =>
    sandbox.run(job, body, { organizationId: 'org_1' }).catch((error) => error.code)
  expect(await run({ json: 'x'.repeat(998) })).toBe('998')
  expect(await run({ json: 'x'.repeat(999) })).toBe('step_limit_reached')
  expect(await run({ json: '\u00e9'.repeat(500) })).toBe('step_limit_reached')
  expect(await run({ text: `"${'x'.repeat(999)}"` })).toBe('step_limit_reached')
})

test('what waits is bounded in bytes as well, and there is room again once it is done', async () => {
  const { sandbox } = sandboxWith({ processes: 1, heldBytes: 1000 })
  const job = { kind: 'evaluate', settings: { expression: '$length($)' } } as const
  const run = () =>
    sandbox.run(job, { json: 'x'.repeat(400) }, { organizationId: 'org_1' }).catch((error) => error.code)
  expect(await Promise.all([run(), run(), run()])).toEqual(['400', '400', 'limit_reached'])
  expect(await run()).toBe('400')
})

test('a process without work ends, and another is there for the next job', async () => {
  const { evaluate } = sandboxWith({ processes: 1, idleMilliseconds: 0 })
  expect(await evaluate('1')).toBe('1')
  await new Promise((resolve) => setImmediate(resolve))
  expect(await evaluate('2')).toBe('2')
})

test('a sandbox that is closed ends what is under way, and does nothing more', async () => {
  const { sandbox, evaluate } = sandboxWith({ processes: 1, limits: { milliseconds: 60_000 } })
  await evaluate('1')
  const jobs = [evaluate(endless), evaluate('1')].map((job) => job.catch((error) => error.code))
  await new Promise((resolve) => setImmediate(resolve))
  sandbox.close()
  expect(await Promise.all(jobs)).toEqual(['step_limit_reached', 'internal'])
  await expect(evaluate('1')).rejects.toMatchObject({ code: 'internal' })
})
