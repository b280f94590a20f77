import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readPath, serverPath } from './path.ts'

test('each segment is a name, decoded once', () => {
  expect(readPath('a/b%20c/%E6%97%A5%25')).toEqual({ segments: ['a', 'b c', '日%'], isFolder: false })
  expect(readPath('')).toEqual({ segments: [], isFolder: true })
  expect(readPath('a/')).toEqual({ segments: ['a'], isFolder: true })
})

test.each([
  ...['..', 'a/../b', '%2e%2e', '%252e%252e', 'a/%2E/b', '..;x'],
  ...['a//b', '/a', '/', 'a//', '%2F', 'a%2fb', 'a%5Cb', 'a\\b', '%00', '%0a', '%ff', '%c0%af', '%'],
])('%s is refused', (path) => {
  expect(() => readPath(path)).toThrow(expect.objectContaining({ code: 'path_refused' }))
})

test('any name comes back as it was, unless it leads elsewhere', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), (name) => {
      const sent = encodeURIComponent(name)
      try {
        expect(readPath(sent).segments).toEqual([name])
      } catch {
        // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
        expect(decodedFully(name)).toMatch(/[/\\\x00-\x1f\x7f]|^\.{1,2}(;|$)/)
      }
    }),
  )
})

test('a path begins at the root, or where the user does', () => {
  expect(serverPath(undefined, [])).toBe('.')
  expect(serverPath(undefined, ['~', 'a'])).toBe('./~/a')
  expect(serverPath('/', ['a'])).toBe('/a')
  expect(serverPath('/x/', ['a', 'b'])).toBe('/x/a/b')
  expect(serverPath('/x', [])).toBe('/x')
})

function decodedFully(text: string): string {
  const next = text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
  return next === text ? text : decodedFully(next)
}
