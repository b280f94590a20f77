import { expect, test } from 'vitest'
import { localText, momentOf } from './local-moment.ts'

test('a moment comes back from a field as it was, to the second, wherever somebody is', () => {
  for (const at of ['2026-01-01T00:00:00.000Z', '2026-07-15T23:59:59.000Z']) {
    expect(localText(at)).toMatch(/^2026-\d\d-\d\dT\d\d:\d\d:\d\d$/)
    expect(momentOf(localText(at))).toBe(at)
  }
  expect([localText(undefined), momentOf(''), momentOf('half')]).toEqual(['', undefined, undefined])
})
