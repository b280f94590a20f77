import { expect, test } from 'vitest'
import { readJson, writeJson } from './json-text.ts'

test.each([
  ['{input.name}', '{input.name}'],
  ['{steps.find.body}/x', '{steps.find.body}/x'],
  ['plain words', 'plain words'],
  ['007', '007'],
  ['12345678901234567890', '12345678901234567890'],
  ['1.0', '1.0'],
  ['10', 10],
  ['true', true],
  ['null', null],
  ['"10"', '10'],
  ['[1, "{input.x}"]', [1, '{input.x}']],
  ['{"a": {"b": 1}}', { a: { b: 1 } }],
])('%s is read as a template means it', (text, value) => {
  expect(readJson(text)).toEqual({ value })
})

test.each(['{"a": 1', '[1, 2', '{ "a": }', '"open'])(
  '%s was meant to be JSON, and says that it is none',
  (text) => {
    expect(readJson(text)).toEqual({ fault: expect.stringContaining('This is no JSON') })
  },
)

test.each([
  ['10'],
  ['{input.x}'],
  [''],
  [' a '],
  ['"'],
  ['{a'],
  [10],
  [null],
  [['a', 1]],
  [{ a: 'x' }],
  ['line\nline'],
])('%j is the same once it has been written and read', (value) => {
  expect(readJson(writeJson(value))).toEqual({ value })
})
