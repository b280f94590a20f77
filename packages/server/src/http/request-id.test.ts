import { expect, test } from 'vitest'
import { requestIds } from './request-id.ts'

test('no two requests have one id, nor two processes', () => {
  const one = requestIds()
  const other = requestIds()
  const ids = Array.from({ length: 100 }, () => [one(), other()]).flat()
  expect(new Set(ids).size).toBe(200)
  expect(ids.every((id) => /^req_[0-9a-z]+$/.test(id))).toBe(true)
})
