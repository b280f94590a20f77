import { expect, test } from 'vitest'
import { draftOf, isStream, newDraft, patchOf, runnable, upTo, withMember } from './draft.ts'
import { blankStep, moved, namesOf } from './steps.ts'

const request = { name: 'find', kind: 'http', path: '/x' }
const sum = { name: 'sum', kind: 'transform', expression: '1' }

test('a new draft is one request by a name that can be used', () => {
  expect(newDraft()).toMatchObject({ steps: [{ name: 'request', kind: 'http', method: 'GET' }] })
})

test('a single request is run so that each status is an answer; whatever looks into the reply keeps its own rule', () => {
  const statuses = (draft: object) =>
    JSON.stringify(runnable(draft as never).steps).includes('"statuses":[200')
  expect(statuses({ key: 'k', name: 'N', steps: [request] })).toBe(true)
  for (const draft of [
    { steps: [request, sum] },
    { steps: [request], output: '{steps.find.body}' },
    { steps: [{ ...request, paging: { kind: 'link' } }] },
    { steps: [{ ...request, reply: { pick: '/a' } }] },
    { steps: [sum] },
  ])
    expect(statuses(draft), JSON.stringify(draft)).toBe(false)
  expect(runnable({ key: 'k', name: 'N', steps: [] })).toEqual({ steps: [] })
})

test('a preview takes the steps so far, and shows the input and what each put out', () => {
  expect(upTo({ key: 'k', steps: [request, sum, request], output: 'x' }, 1)).toEqual({
    steps: [request, sum],
    output: { input: '{input}', steps: { find: '{steps.find}', sum: '{steps.sum}' } },
  })
})

test('a change takes away what is gone, at every depth, and gives lists whole', () => {
  const before = {
    key: 'k',
    name: 'N',
    description: 'D',
    input: { type: 'object', required: ['a'] },
    steps: [request],
  }
  expect(patchOf(before, { key: 'k', name: 'M', input: { type: 'object' }, steps: [sum] })).toEqual({
    ...{ name: 'M', description: null, steps: [sum] },
    input: { type: 'object', required: null },
  })
})

test('a member keeps its place when it changes, and goes without a value', () => {
  expect(JSON.stringify(withMember({ a: 1, b: 2 }, 'a', 3))).toBe('{"a":3,"b":2}')
  expect(withMember({ a: 1, b: 2 }, 'a', undefined)).toEqual({ b: 2 })
})

test('what a saved operation has besides is not edited, and only its last step may be a stream', () => {
  const times = { createdAt: '2026-01-01T00:00:00Z', updatedAt: '2026-01-01T00:00:00Z' }
  const saved = (timeoutSeconds: number) =>
    ({ id: 'opr_1', key: 'k', ...times, timeoutSeconds, steps: [] }) as never
  expect(draftOf(saved(60))).toEqual({ key: 'k', steps: [] })
  expect(draftOf(saved(5))).toEqual({ key: 'k', steps: [], timeoutSeconds: 5 })
  expect(isStream({ steps: [sum, { ...request, reply: { as: 'stream' } }] })).toBe(true)
  expect(isStream({ steps: [{ ...request, reply: { as: 'stream' } }, sum] })).toBe(false)
})

test('a new step has a name that none has, those within others too', () => {
  const steps = [
    { name: 'request' },
    { name: 'try', kind: 'try', steps: [{ name: 'request2' }], catch: [{ name: 'x' }] },
  ]
  expect(namesOf(steps)).toEqual(['request', 'try', 'request2', 'x'])
  expect(blankStep('http', namesOf(steps)).name).toBe('request3')
})

test('a step is moved without losing another', () => {
  expect(moved(['a', 'b', 'c'], 2, 0)).toEqual(['c', 'a', 'b'])
  expect(moved(['a', 'b', 'c'], 0, 1)).toEqual(['b', 'a', 'c'])
})
