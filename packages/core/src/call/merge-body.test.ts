import { describe, expect, test } from 'vitest'
import { mergeFor } from './merge-body.ts'

const json = 'application/json'
const form = 'application/x-www-form-urlencoded'

function merged(type: string | undefined, body: string, fields: Record<string, unknown>): string | undefined {
  return mergeFor(type, undefined)?.(Buffer.from(body), fields)?.toString()
}

describe('mergeFor', () => {
  test.each<[type: string, body: string, fields: Record<string, unknown>, result: string]>([
    [json, '{"a":1}', { b: 2 }, '{"a":1,"b":2}'],
    [json, '{}', { b: 2 }, '{"b":2}'],
    [json, ' { } ', { b: 2 }, '{"b":2}'],
    [json, '{"a":1}', {}, '{"a":1}'],
    [json, '{"a":1}\n', { b: { c: [1, '}'] } }, '{"a":1,"b":{"c":[1,"}"]}}'],
    [json, '{"b":1,"a":"}"}', { b: 2 }, '{"a":"}","b":2}'],
    [json, '{"b":[{"c":1},","],"a":{"b":1}}', { b: 2 }, '{"a":{"b":1},"b":2}'],
    [json, '{"b":1,"a":"\\",\\"b","b":3}', { b: 2 }, '{"a":"\\",\\"b","b":2}'],
    [json, '{ "a" : 1 , "b" : 2 }', { b: 2 }, '{ "a" : 1 ,"b":2}'],
    [json, '{"\\u0062":1}', { b: 2 }, '{"b":2}'],
    ['Application/JSON; charset=utf-8', '{"a":1}', { b: null }, '{"a":1,"b":null}'],
    ['application/vnd.api+json', '{"a":1}', { b: 2 }, '{"a":1,"b":2}'],
    [form, 'a=1', { b: '2' }, 'a=1&b=2'],
    [form, '', { b: 'x y&z' }, 'b=x%20y%26z'],
    [form, 'b=1&a=1&b=3', { b: '2' }, 'a=1&b=2'],
    [form, 'a=1', { b: 2, c: true, d: { e: 1 } }, 'a=1&b=2&c=true&d=%7B%22e%22%3A1%7D'],
    [`${form};charset=UTF-8`, 'a=1', { b: '2' }, 'a=1&b=2'],
  ])('%s %j with %j is %j', (type, body, fields, result) => {
    expect(merged(type, body, fields)).toBe(result)
  })

  test.each<[type: string | undefined, body: string]>([
    [json, '[1]'],
    [json, 'null'],
    [json, '"text"'],
    [json, '5'],
    [json, '{"a":'],
    [json, ''],
    ['text/plain', '{"a":1}'],
    ['application/jsonl', '{"a":1}'],
    ['multipart/form-data; boundary=x', 'a=1'],
    ['', '{}'],
    [undefined, '{}'],
  ])('a body of type %j that reads %j goes as it is', (type, body) => {
    expect(merged(type, body, { b: 2 })).toBeUndefined()
  })

  test('a body that is encoded goes as it is, and so does text in another encoding', () => {
    expect(mergeFor(json, 'gzip')).toBeUndefined()
    expect(mergeFor(form, 'br')).toBeUndefined()
    expect(mergeFor(json, 'identity')?.(Buffer.from('{}'), { b: 2 })?.toString()).toBe('{"b":2}')
    expect(mergeFor(json, undefined)?.(Buffer.from('{"a":"\xe9"}', 'latin1'), { b: 2 })).toBeUndefined()
  })

  test('the caller’s numbers are not rounded on their way', () => {
    expect(merged(json, '{"id":9007199254740993,"b":1,"x":1e400}', { b: 2 })).toBe(
      '{"id":9007199254740993,"x":1e400,"b":2}',
    )
  })

  test('the caller’s form keeps its own bytes, whatever they encode', () => {
    const body = Buffer.from([...Buffer.from('a=%E9+%7e&b=1&raw='), 0xe9, 0xff])
    const result = mergeFor(form, undefined)?.(body, { b: '2' })
    expect(result).toEqual(
      Buffer.from([...Buffer.from('a=%E9+%7e&raw='), 0xe9, 0xff, ...Buffer.from('&b=2')]),
    )
  })

  test('a member called __proto__ stays a member', () => {
    const text = merged(json, '{"__proto__":{"polluted":1},"b":1}', { b: 2 })
    expect(text).toBe('{"__proto__":{"polluted":1},"b":2}')
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })
})
