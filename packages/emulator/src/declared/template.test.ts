import { expect, test } from 'vitest'
import { captured, filled, namesIn } from './template.ts'

test('a template is filled with what is known, and not at all where something is missing', () => {
  expect(filled('https://{shop}.example.com/{{x}}', { shop: 'a' })).toBe('https://a.example.com/{x}')
  expect(filled('Bearer {token}', {})).toBeUndefined()
  expect(namesIn('{a} {b.c} {{d}} {}')).toEqual(['a', 'b.c'])
})

test.each([
  ['Bearer {token}', 'Bearer a b', {}, { token: 'a b' }],
  ['Bearer {token}', 'bearer a', {}, undefined],
  ['Bearer {token}', 'Bearer ', {}, undefined],
  ['{client.id}:{token}', 'a.b*:x', { 'client.id': 'a.b*' }, { token: 'x' }],
  ['{client.id}:{token}', 'aXb*:x', { 'client.id': 'a.b*' }, undefined],
  ['{token}-{token}', 'x-x', {}, { token: 'x' }],
  ['{token}-{token}', 'x-y', {}, undefined],
])('%s in %j with %j brings %j', (template, text, values, brought) => {
  expect(captured(template, text, values)).toEqual(brought)
})
