import { expect, test } from 'vitest'
import { imported } from './imported.suite.ts'
import { readDocument } from './read-document.ts'

const ok = (text: string) => readDocument(text)

test.each([
  ['JSON', '{"a": {"b": [1]}}'],
  ['JSON after a byte order mark', '\u{feff}{"a": {"b": [1]}}'],
  ['YAML', 'a:\n  b: [1]\n'],
  ['YAML that begins with a brace', '{a: {b: [1]}}'],
  ['YAML with an anchor and a merge', 'x: &x {b: [1]}\na: {<<: *x}\n'],
])('%s is read', (_what, text) => {
  expect(ok(text)).toMatchObject({ ok: { a: { b: [1] } } })
})

test('versions, dates and words of older YAML stay the texts that they are', () => {
  expect(ok('openapi: 3.0.1\ndate: 2024-01-31\non: yes\n')).toEqual({
    ok: { openapi: '3.0.1', date: '2024-01-31', on: 'yes' },
  })
})

test('a document that is an object already is taken as it is', () => {
  expect(readDocument({ a: 1 })).toEqual({ ok: { a: 1 } })
})

const bomb = (levels: number, width: number) =>
  `a0: &a0 [${'x,'.repeat(width)}]\n${Array.from({ length: levels }, (_, at) => `a${at + 1}: &a${at + 1} [${`*a${at},`.repeat(width)}]\n`).join('')}`

test.each([
  [
    'neither',
    'a: [1\nb: {',
    /^This is neither JSON nor YAML that can be read: .* at line \d+, column \d+\. Correct it\.$/,
  ],
  ['broken JSON', '{"a": 1,,}', /line 1, column/],
  ['nested too deeply', '['.repeat(100_000), /maxDepth/],
  [
    'nested in blocks too deeply',
    Array.from({ length: 1000 }, (_, at) => `${' '.repeat(at)}a:`).join('\n'),
    /maxDepth/,
  ],
  ['of too many aliases', `a: &a x\nb: [${'*a,'.repeat(20_000)}]`, /alias/i],
  ['of two documents', 'a: 1\n---\nb: 2\n', /./],
  ['with a key twice', 'a: 1\na: 2\n', /duplicated/],
  ['with a tag of a language', 'a: !!js/function "x"\n', /tag/],
])('what is %s is refused, with the place', (_what, text, message) => {
  const read = ok(text)
  expect(read).toEqual({
    fault: { path: '/document', code: 'malformed', message: expect.stringMatching(message) },
  })
})

test('aliases that stand for more than a schema can hold are left out of it, at once', () => {
  const schema = '{enum: *a15, default: *a15, allOf: *a15, required: *a15, properties: {a: {const: *a15}}}'
  const post = `{operationId: act, requestBody: {content: {application/json: {schema: ${schema}}}}, parameters: *a15}`
  const { operations } = imported(`${bomb(15, 9)}openapi: 3.0.0\npaths: {/a: {post: ${post}}}\n`)
  expect(JSON.stringify(operations).length).toBeLessThan(2000)
})

test('aliases of aliases are one value, however many they stand for', () => {
  expect(ok(bomb(9, 9))).toHaveProperty('ok.a9.length', 9)
})

test('JSON that is nested without end is refused or read, and never ends the process', () => {
  const deep = readDocument(`{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}`)
  expect('ok' in deep || 'fault' in deep).toBe(true)
})
