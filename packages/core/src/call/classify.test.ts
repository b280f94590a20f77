import type { AuthErrors } from '@sallyport/contract'
import { expect, test } from 'vitest'
import { asksDocument, classify, type Verdict } from './classify.ts'

const byDefault = [401, 403]

test.each<[status: number, challenge: string | undefined, rejections: readonly number[], verdict: Verdict]>([
  [200, undefined, byDefault, 'ok'],
  [404, undefined, byDefault, 'ok'],
  [500, 'Bearer error="invalid_token"', byDefault, 'ok'],
  [401, undefined, byDefault, 'unauthorized'],
  [401, 'Bearer', byDefault, 'unauthorized'],
  [401, 'Bearer error="invalid_token"', byDefault, 'unauthorized'],
  [401, 'Basic realm="x"', byDefault, 'unauthorized'],
  [401, 'Bearer error="insufficient_scope", scope="a"', byDefault, 'ok'],
  [401, 'DPoP error="use_dpop_nonce"', byDefault, 'ok'],
  [403, undefined, byDefault, 'forbidden'],
  [403, 'Bearer realm="x"', byDefault, 'forbidden'],
  [403, 'Bearer error="invalid_token"', byDefault, 'unauthorized'],
  [403, 'Bearer error=invalid_token', byDefault, 'unauthorized'],
  [403, 'Bearer error="insufficient_scope"', byDefault, 'ok'],
  [403, 'Basic realm="x", Bearer error="insufficient_scope"', byDefault, 'ok'],
  [403, 'Bearer error="not_invalid_token"', byDefault, 'forbidden'],
  [403, undefined, [401], 'ok'],
  [403, 'Bearer error="invalid_token"', [401], 'ok'],
  [401, undefined, [403], 'ok'],
  [419, undefined, [401, 419], 'unauthorized'],
  [401, undefined, [], 'ok'],
])('%i with the challenge %j, where %j mean a rejection, is %s', (status, challenge, rejections, verdict) => {
  expect(classify({ status, challenge, document: undefined }, { statuses: [...rejections] })).toBe(verdict)
})

const rules: AuthErrors = {
  statuses: [200, 401],
  path: '/errors/0/code',
  values: ['601', '602'],
  revoked: { path: '/errors/0/code', values: ['610'] },
  forbidden: { statuses: [403, 401], path: 'header:X-Reason', values: ['scope'] },
  rateLimited: { statuses: [429] },
}

const answering = (code: unknown, reason?: string) => ({
  at: (path: string) => (path === 'header:X-Reason' ? reason : path === '/errors/0/code' ? code : undefined),
})

test.each<[string, number, ReturnType<typeof answering> | undefined, Verdict]>([
  ['a listed value', 200, answering('601'), 'unauthorized'],
  ['a number of the same text', 200, answering(602), 'unauthorized'],
  ['another value', 200, answering('600'), 'ok'],
  ['no value', 401, answering(undefined), 'ok'],
  ['an object', 401, answering({ code: '601' }), 'ok'],
  ['a body that was not read', 401, undefined, 'ok'],
  ['a status that is not listed', 500, answering('601'), 'ok'],
  ['a value that means revoked', 400, answering(610), 'revoked'],
  ['that value with success', 200, answering(610), 'ok'],
  ['a header that means no permission', 401, answering('601', 'scope'), 'no_permission'],
  ['a status that means too many', 429, undefined, 'rate_limited'],
])('%s with status %i gets its verdict', (_, status, document, verdict) => {
  expect(classify({ status, challenge: undefined, document }, rules)).toBe(verdict)
})

test('a 403 whose body names the token renews as a 401 does', () => {
  const named: AuthErrors = { statuses: [403], path: '/errors/0/code', values: ['601'] }
  const reply = { status: 403, challenge: undefined, document: answering(601) }
  expect(classify(reply, named)).toBe('unauthorized')
  const challenge = 'Bearer error="insufficient_scope"'
  expect(classify({ ...reply, challenge }, named)).toBe('ok')
})

test('a path without values asks only that something stands there', () => {
  const some: AuthErrors = { statuses: [401], path: '/errors/0/code' }
  const of = (code: unknown) =>
    classify({ status: 401, challenge: undefined, document: answering(code) }, some)
  expect([of('x'), of(0), of(''), of(null), of(undefined)]).toEqual([
    'unauthorized',
    'unauthorized',
    'ok',
    'ok',
    'ok',
  ])
})

test('a rule that says nothing fits nothing', () => {
  const reply = { status: 401, challenge: undefined, document: undefined }
  expect(classify(reply, { statuses: [403], revoked: {} })).toBe('ok')
})

test('bodies are asked for only where a rule for the status has a path into them', () => {
  expect([200, 401, 403, 404, 201].map((status) => asksDocument(status, rules))).toEqual([
    'body',
    'body',
    'body',
    'body',
    undefined,
  ])
  expect(
    asksDocument(403, { statuses: [401], path: '/x', forbidden: { statuses: [403], path: 'header:X' } }),
  ).toBe('headers')
  expect(asksDocument(401, { statuses: [401] })).toBeUndefined()
})
