import { randomBytes, randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { pathTemplate } from './path-template.ts'

describe('words stay, and everything else is {id}', () => {
  test.each([
    ['', '/'],
    ['users', '/users'],
    ['users/', '/users/'],
    ['users/42', '/users/{id}'],
    ['v1/customers/cus_9s6XKzkNRiz8i3/sources', '/v1/customers/{id}/sources'],
    ['v1.1/statuses/user_timeline.json', '/v1.1/statuses/user_timeline.json'],
    ['v10/oauth2/me', '/v10/oauth2/me'],
    ['services/data/v59.0/sobjects/Account/001D000000IqhSLIAZ', '/services/data/v59.0/sobjects/Account/{id}'],
    ['admin/api/2024-01/products.json', '/admin/api/{id}/products.json'],
    ['api/users.list', '/api/users.list'],
    ['getUserInfo/batchGet', '/getUserInfo/batchGet'],
    ['v1/messages:batchSend', '/v1/messages:batchSend'],
    ['$metadata/-/tree', '/$metadata/-/tree'],
    ['repos/octocat/hello-world/issues/17', '/repos/octocat/hello-world/issues/{id}'],
    ['users/6f1e0f0c-9f3f-4b0e-8a53-2a1c3a8f7f10', '/users/{id}'],
    ['commits/da39a3ee5e6b4b0d3255bfef95601890afd80709', '/commits/{id}'],
    ['commits/deadbeef', '/commits/{id}'],
    ['users/alice@example.com', '/users/{id}'],
    ['users/alice%40example.com', '/users/{id}'],
    ['items(42)', '/{id}'],
    ['bot123456:ABC-DEF1234ghIkl/sendMessage', '/{id}/sendMessage'],
    ['services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX', '/services/{id}/{id}/XXXXXXXXXXXXXXXXXXXXXXXX'],
    ['hooks/aBcDeFgHiJkLmNoP', '/hooks/{id}'],
    ['files/Überblick', '/files/{id}'],
    ['a b', '/{id}'],
    ['a;token=x/b=c', '/{id}/{id}'],
    ['phone/+49-171-55', '/phone/{id}'],
    ['2024/11/30', '/{id}/{id}/{id}'],
    ['x//y', '/x//y'],
  ])('%s is told as %s', (path, expected) => {
    expect(pathTemplate(path)).toBe(expected)
  })
})

test('numbers, uuids, hashes and tokens of enough randomness are never told', () => {
  const machineMade = fc.oneof(
    fc.bigInt({ min: 100n, max: 10n ** 30n }).map(String),
    fc.uuid(),
    fc.uint8Array({ minLength: 8, maxLength: 64 }).map((bytes) => Buffer.from(bytes).toString('hex')),
  )
  fc.assert(
    fc.property(machineMade, fc.constantFrom('', 'tok_', 'sk-'), (value, prefix) => {
      expect(pathTemplate(`keys/${prefix}${value}/use`)).toBe('/keys/{id}/use')
    }),
  )
  for (let round = 0; round < 500; round += 1) {
    const token = randomBytes(24).toString('base64url')
    const template = pathTemplate(`${token}/${randomUUID()}`)
    // One in some hundreds has no digit before a letter.
    expect(template.endsWith('/{id}')).toBe(true)
    expect(template.includes(token) && /\d[A-Za-z]/.test(token)).toBe(false)
  }
})

test('what is told of whatever path is short, begins with a slash, and holds no query', () => {
  fc.assert(
    fc.property(
      fc.string({ maxLength: 3000 }),
      fc.array(fc.constantFrom('a', 'users', '7', '', '%2e')),
      (text, parts) => {
        for (const path of [text, parts.join('/'), `${'a/'.repeat(500)}${text}`]) {
          const template = pathTemplate(path)
          expect(template.length).toBeLessThanOrEqual(201)
          expect(template).toMatch(/^\/[A-Za-z0-9\-._~:$/{}]*…?$/)
        }
      },
    ),
  )
})
