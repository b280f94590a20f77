import { describe, expect, test } from 'vitest'
import { checkPath } from './path.ts'

const hostile = [
  '.',
  '..',
  './x',
  '../x',
  'x/.',
  'x/..',
  'x/./y',
  'x/../y',
  'x/../../y',
  '..;/x',
  'x/..;/y',
  'x/..;a=b/y',
  'x/.;/y',
  'x\\y',
  '\\x',
  '..\\x',
  'x/\\..\\y',
  'x\0y',
  'x\ny',
  'x\r\ny',
  'x\ty',
  'x\u007fy',
]

/** Percent-encodes the characters that matter, the given number of times. */
function encoded(text: string, rounds: number): string {
  let written = text
  for (let round = 0; round < rounds; round += 1) {
    const pattern = round === 0 ? /[./\\;]|\p{Cc}/gu : /%/g
    written = written.replace(
      pattern,
      (character) => `%${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
    )
  }
  return written
}

function isRefused(path: string): boolean {
  try {
    checkPath(path)
    return false
  } catch (error) {
    expect(error).toMatchObject({ code: 'path_refused', status: 400 })
    return true
  }
}

describe('checkPath', () => {
  test.each([0, 1, 2, 3].flatMap((rounds) => hostile.map((path) => [path, rounds] as const)))(
    '%j encoded %i times is refused',
    (path, rounds) => {
      expect(isRefused(encoded(path, rounds))).toBe(true)
      expect(isRefused(encoded(path, rounds).toUpperCase())).toBe(true)
    },
  )

  test.each([
    '/evil.com',
    '/',
    '//evil.com',
    '%2e%2e/x',
    '%2E./x',
    '.%2e/x',
    'x/%2e%2e',
    'x%2f..%2fy',
    'x%2F%2e%2e%2Fy',
    'x%252f..%252fy',
    'x%5c..%5cy',
    'x%5Cy',
    '%255cx',
    '%25255Cx',
    'x%00',
    'x%2500',
    'x%0d%0aHost:%20evil',
    'x%7f',
    'x#y',
    'x y',
    'é',
    'x\u0080y',
    '%2e%2e%3bx/y',
    '..%3b/x',
    'x/%25%32%65%25%32%65/y',
  ])('%j is refused', (path) => {
    expect(isRefused(path)).toBe(true)
  })

  test.each([
    '',
    'v1/me',
    'v1/me/',
    'v1//me',
    'projects/group%2Fproject/issues',
    '@scope%2fpackage',
    'a%252Fb',
    '%2F',
    'x/...',
    'x/....',
    'x/..a',
    'x/.a/b',
    '.well-known/x',
    'file.tar.gz',
    'a..b',
    'x;y=1',
    'x/..%20/y',
    'x%20y',
    'x%25y',
    '%',
    '%zz',
    '%e2%82%ac',
    '%ff%fe',
    "a-_.~!$&'()*+,;=:@b",
    'x"<>^`{|}',
    '100%25%25',
    '%252525252e%252525252e/x',
  ])('%j passes as it is', (path) => {
    expect(isRefused(path)).toBe(false)
  })

  test('a long path is checked in linear time', () => {
    const started = process.hrtime.bigint()
    expect(isRefused('%2525'.repeat(10_000))).toBe(false)
    expect(isRefused(`${'a/'.repeat(25_000)}..`)).toBe(true)
    expect(Number(process.hrtime.bigint() - started) / 1e6).toBeLessThan(1000)
  })
})
