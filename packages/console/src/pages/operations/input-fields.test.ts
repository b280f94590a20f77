import { expect, test } from 'vitest'
import { inputFields, inputOf, mayHaveMore, presetText } from './input-fields.ts'

const schema = {
  type: 'object',
  required: ['email'],
  additionalProperties: false,
  properties: {
    email: { type: 'string', title: 'E-mail', description: 'Of the person' },
    count: { type: 'integer', default: 5 },
    all: { type: 'boolean' },
    kind: { enum: ['a', 'b', 1] },
    note: { type: 'string', maxLength: 4000 },
    tags: { type: 'array', default: ['x'] },
    anything: {},
  },
}

test('each member of the input is asked for by a field of its kind', () => {
  const fields = inputFields(schema)
  expect(fields.map(({ name, control }) => [name, control])).toEqual([
    ['email', 'text'],
    ['count', 'number'],
    ['all', 'flag'],
    ['kind', 'choice'],
    ['note', 'lines'],
    ['tags', 'json'],
    ['anything', 'json'],
  ])
  expect(fields[0]).toMatchObject({ label: 'E-mail', help: 'Of the person', isRequired: true })
  expect(fields.map(presetText)).toEqual(['', '5', '', '', '', '[\n  "x"\n]', ''])
  expect([mayHaveMore(schema), mayHaveMore({ type: 'object' })]).toEqual([false, true])
})

test('texts become values of their kind, what is empty is left out, and what is no JSON is named', () => {
  const texts = { email: '10', count: '7', all: 'true', kind: '1', note: '', tags: '["a"]', anything: '{"a"' }
  expect(inputOf(inputFields(schema), texts)).toEqual({
    input: { email: '10', count: 7, all: true, kind: 1, tags: ['a'] },
    faults: { anything: expect.stringContaining('no JSON') },
  })
})

test('what is no number is left to the API to refuse, and a schema that is none has no fields', () => {
  expect(inputOf(inputFields(schema), { count: 'many' }).input).toEqual({ count: 'many' })
  expect(inputFields({ type: 'object', properties: 7 })).toEqual([])
})
