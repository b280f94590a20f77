import { expect, test } from 'vitest'
import { classify, type Verdict } from './classify.ts'

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
  expect(classify(status, challenge, rejections)).toBe(verdict)
})
