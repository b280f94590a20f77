import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { parseStrictJson } from './strict-json.ts'

const corpora =
  process.env.SALLYPORT_CORPORA ?? fileURLToPath(new URL('../../../../../shared/corpora', import.meta.url))
const suite = `${corpora}/jsontestsuite/test_parsing`

function parse(text: string): unknown {
  return parseStrictJson(Buffer.from(text))
}

function nested(depth: number): string {
  return '['.repeat(depth) + ']'.repeat(depth)
}

describe('parseStrictJson', () => {
  test.each([
    '{}',
    '[]',
    'null',
    'true',
    '0',
    '""',
    '{"a":{"a":{"a":1}},"b":{"a":2}}',
    '[{"a":1},{"a":2}]',
    '{"a":"a","b":"b:","c":"\\"a\\":"}',
    '{"a":["a","a"]}',
    '{"":1," ":2}',
    '{"a\\\\":1,"a":2}',
    '{"A":1,"a":2}',
    '{"e\\u0301":1,"\\u00e9":2}',
    '{"}":1,"{":2,"]":3}',
    ' { "a" : 1 } ',
  ])('%s is read as JSON.parse reads it', (text) => {
    expect(parse(text)).toEqual(JSON.parse(text))
  })

  test.each([
    '{"a":1,"a":1}',
    '{"a":1,"b":{},"a":2}',
    '{"a":1,"\\u0061":2}',
    '{"access_token":"a","access\\u005ftoken":"b"}',
    '{"x":{"a":1,"a":2}}',
    '[[{"a":1,"b":[{}],"a":2}]]',
    '{"a" :1,"a"\n:2}',
    '{"":1,"":2}',
    '{"__proto__":1,"__proto__":2}',
    '{"a\\"":1,"a\\"":2}',
    '{"\\ud83d\\udd11":1,"🔑":2}',
  ])('%s is refused, for it names a member twice', (text) => {
    expect(parse(text)).toBeUndefined()
  })

  test.each([
    '',
    ' ',
    '{',
    '{"a":1}{"a":1}',
    '{"a":1} x',
    "{'a':1}",
    '{a:1}',
    '[1,]',
    '{"a":1,}',
    'NaN',
    'Infinity',
    '01',
    '+1',
    '"\t"',
    '// x\n{}',
    'access_token=a',
    '<html></html>',
  ])('%j is refused, for it is no JSON', (text) => {
    expect(parse(text)).toBeUndefined()
  })

  test('goes 32 levels deep and no deeper, and tells brackets in text apart', () => {
    expect(parse(nested(32))).toBeDefined()
    expect(parse(nested(33))).toBeUndefined()
    expect(parse(`${'{"a":'.repeat(33)}1${'}'.repeat(33)}`)).toBeUndefined()
    expect(parse(nested(100_000))).toBeUndefined()
    expect(parse(`"${'['.repeat(100)}"`)).toBe('['.repeat(100))
  })

  test('takes UTF-8 alone, with one mark at its beginning or none', () => {
    expect(parse('\ufeff{}')).toEqual({})
    expect(parse('\ufeff\ufeff{}')).toBeUndefined()
    expect(parseStrictJson(Buffer.from('{"a":"é"}', 'latin1'))).toBeUndefined()
    expect(parseStrictJson(Buffer.from('{}', 'utf16le'))).toBeUndefined()
    expect(parseStrictJson(Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]))).toBeUndefined()
  })

  test('a member called __proto__ is a member, and changes nothing else', () => {
    const value = parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}') as object
    expect(Object.keys(value)).toEqual(['__proto__', 'constructor'])
    expect('polluted' in {}).toBe(false)
    expect('polluted' in value).toBe(false)
  })

  test('text of 256 KiB without end is read in linear time', () => {
    const long = 'x'.repeat(262_144)
    expect(parse(`{"a":"${long}"}`)).toEqual({ a: long })
    expect(parse(`{"a":"${'\\n'.repeat(131_072)}"}`)).toEqual({ a: '\n'.repeat(131_072) })
    expect(parse(`{"a":"${'\\"'.repeat(131_072)}`)).toBeUndefined()
  })
})

describe.runIf(existsSync(suite))('the JSON parsing test suite', () => {
  const files = existsSync(suite) ? readdirSync(suite) : []
  const refusedOnPurpose = /duplicated_key/

  test.each(files.filter((name) => name.startsWith('y_')))('%s', (name) => {
    const bytes = readFileSync(`${suite}/${name}`)
    if (refusedOnPurpose.test(name)) expect(parseStrictJson(bytes)).toBeUndefined()
    else expect(parseStrictJson(bytes)).toEqual(JSON.parse(bytes.toString()))
  })

  test.each(files.filter((name) => name.startsWith('n_')))('%s', (name) => {
    expect(parseStrictJson(readFileSync(`${suite}/${name}`))).toBeUndefined()
  })

  test.each(files.filter((name) => name.startsWith('i_')))('%s', (name) => {
    expect(() => parseStrictJson(readFileSync(`${suite}/${name}`))).not.toThrow()
  })
})
