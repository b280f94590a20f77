import { fuzzBudget } from '@sallyport/testkit'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { SallyportError } from '../../error.ts'
import { Sandbox } from './sandbox/sandbox.ts'
import { transform } from './transform.ts'

const sandbox = new Sandbox({ processes: 1, limits: { milliseconds: 200, heapMegabytes: 64 } })
afterAll(() => sandbox.close())
const context = { sandbox, organizationId: 'org_1' }

const pieces = [
  ...[
    '$',
    '$$',
    '%',
    '*',
    '**',
    '.',
    '[',
    ']',
    '{',
    '}',
    '(',
    ')',
    ';',
    ',',
    ':',
    ':=',
    '?',
    '~>',
    '|',
    '^',
    '@',
    '#',
    '&',
  ],
  ...[
    '=',
    '!=',
    '<',
    '>',
    '+',
    '-',
    '/',
    ' and ',
    ' or ',
    ' in ',
    '..',
    '"',
    "'",
    '`',
    '\\',
    '\\u0000',
    '/a+/',
    '/(a*)*b/i',
    ' ',
  ],
  ...[
    'constructor',
    '__proto__',
    'prototype',
    'toString',
    'input',
    'a',
    '$x',
    '$sum',
    '$map',
    '$sort',
    '$eval',
    '$parse',
  ],
  ...[
    '$string',
    '$lookup',
    '$merge',
    '$each',
    '$sift',
    '$reduce',
    '$match',
    '$replace',
    '$split',
    '$join',
    '$pad',
    '$now',
  ],
  ...[
    '$single',
    '$spread',
    '$formatNumber',
    '$toMillis',
    '$fromMillis',
    '$base64decode',
    '$error',
    'function($x)',
    'λ($y)',
  ],
  ...[
    '<n-n:n>',
    'null',
    'true',
    '0',
    '1',
    '1e308',
    '-1',
    '99999',
    '"aaaaaaaaaaaaaaaaaaaaaaaa!"',
    '{"__proto__": {"z": 1}}',
  ],
]
const expressions = fc
  .array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 14 })
  .map((parts) => parts.join(''))
const json = fc.jsonValue({ maxDepth: 3 })

test('whatever an expression is, it puts out JSON or fails with a sentence, and what comes after it is served', async () => {
  await fc.assert(
    fc.asyncProperty(expressions, json, async (expression, input) => {
      const output = await transform({ expression }, { input }, context).catch((error) => error)
      if (output instanceof Error) {
        expect(output).toBeInstanceOf(SallyportError)
        expect(output).toMatchObject({ code: expect.stringMatching(/^step_(failed|limit_reached)$/) })
        expect(output.message).not.toMatch(/node:|\bat .*\.js|undefined is not|not a function$/)
      }
      // Nothing that it did is there for the next one.
      expect(await transform({ expression: '[{"a": [1]}.z, $sum([1, 2]), $x]' }, {}, context)).toEqual([3])
    }),
    fuzzBudget(250),
  )
})

test('data goes through as it is', async () => {
  await fc.assert(
    fc.asyncProperty(json, async (input) => {
      const output = await transform({ expression: '$' }, { input }, context)
      expect(JSON.stringify(output)).toBe(JSON.stringify({ input }))
    }),
    fuzzBudget(100),
  )
})
