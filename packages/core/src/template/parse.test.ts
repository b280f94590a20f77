import { describe, expect, test } from 'vitest'
import { parseTemplate, placeholders } from './parse.ts'

describe('parseTemplate', () => {
  test.each([
    ['Bearer {token}', ['=Bearer ', 'token']],
    ['{token.accessToken}', ['token.accessToken']],
    ['{a}{b}', ['a', 'b']],
    ['{_a1._b2.c}', ['_a1._b2.c']],
    ['{{x}}', ['={x}']],
    ['{{x.y}} {z}', ['={x.y} ', 'z']],
    ['{{{x}}}', ['={{x}}']],
    ['{{x}', ['={', 'x']],
    ['{x}}', ['x', '=}']],
    ['{"a":{}}', ['={"a":{}}']],
    ['{"a":"{x}"}', ['={"a":"', 'x', '="}']],
    ['{1}{a b}{a.}{.a}{a..b}{a-b}{ a }{}{', ['={1}{a b}{a.}{.a}{a..b}{a-b}{ a }{}{']],
    ['{ä}', ['={ä}']],
    ['', []],
  ])('%j is %j', (text, expected) => {
    const parts = parseTemplate(text).parts.map((part) =>
      part.kind === 'literal' ? `=${part.text}` : part.name,
    )
    expect(parts).toEqual(expected)
  })

  test('a template with nothing to replace is its constant', () => {
    expect(parseTemplate('a {{b}}').constant).toBe('a {b}')
    expect(parseTemplate('').constant).toBe('')
    expect(parseTemplate('{a}').constant).toBeUndefined()
  })

  test('names each placeholder once', () => {
    expect(placeholders(parseTemplate('{a}{b.c}{a}{{d}}'))).toEqual(['a', 'b.c'])
  })

  test('a long text of braces takes no longer than its length', () => {
    const before = performance.now()
    parseTemplate('{'.repeat(200_000))
    parseTemplate(`{${'a.'.repeat(200_000)}`)
    parseTemplate('{a'.repeat(200_000))
    expect(performance.now() - before).toBeLessThan(2_000)
  })
})
