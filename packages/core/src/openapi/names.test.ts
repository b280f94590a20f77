import { expect, test } from 'vitest'
import { InputNames, OperationKeys, placeholderName } from './names.ts'

test.each([
  ['listPets', 'listPets'],
  ['repos/get-content', 'reposGetContent'],
  ['com.atlassian.Resource.get_get', 'comAtlassianResourceGetGet'],
  ['PostCustomers', 'PostCustomers'],
  ['  ', 'getUsersId'],
  ['取得', 'getUsersId'],
  [undefined, 'getUsersId'],
  ['a'.repeat(64), 'a'.repeat(64)],
])('the operation id %j becomes the key %s', (operationId, key) => {
  expect(new OperationKeys().of(operationId, 'GET', '/users/{id}')).toBe(key)
})

test('keys that are too long, or differ by case alone, are told apart, always in the same way', () => {
  const made = () => {
    const keys = new OperationKeys('crm')
    return [
      keys.of('get', 'GET', '/a'),
      keys.of('GET', 'GET', '/b'),
      keys.of('g'.repeat(80), 'GET', '/c'),
      keys.of(`${'g'.repeat(79)}h`, 'GET', '/d'),
    ]
  }
  const keys = made()
  expect(keys).toEqual(made())
  expect(new Set(keys.map((key) => key.toLowerCase())).size).toBe(4)
  expect(keys.map((key) => /^[A-Za-z0-9]{1,64}$/.test(key))).toEqual([true, true, true, true])
  expect(keys[0]).toBe('crmGet')
})

test.each([
  ['limit', 'limit'],
  ['filter[name]', 'filter_name'],
  ['X-Request-Id', 'X_Request_Id'],
  ['2fa', '_2fa'],
  ['__proto__', 'proto'],
  ['$top', 'top'],
  ['日本', 'value'],
  ['', 'value'],
])('a value named %j is asked for as %s', (name, word) => {
  expect(placeholderName(name)).toBe(word)
})

test('values of one name in several places are asked for apart', () => {
  const names = new InputNames()
  expect([names.of('id', 'path'), names.of('id', 'query'), names.of('id', 'query')]).toEqual([
    'id',
    'id_query',
    'id_2',
  ])
})
