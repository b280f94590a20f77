import { afterAll, expect, test } from 'vitest'
import type { StepContext } from './context.ts'
import { Sandbox } from './sandbox/sandbox.ts'
import { expressionFault, transform } from './transform.ts'

const sandbox = new Sandbox()
afterAll(() => sandbox.close())
const context: StepContext = { sandbox, organizationId: 'org_1' }
const data = {
  input: { name: 'Ada', amounts: [3, 1, 2], nothing: null },
  steps: { find: { status: 200, headers: { 'x-next': 'abc' }, body: { users: [{ id: 7, tags: ['a'] }] } } },
  profile: { region: 'eu' },
}
const evaluated = (expression: string) => transform({ expression }, data, context)
const refused = (expression: string) =>
  evaluated(expression).then(
    (output) => ({ output }),
    (error) => ({ code: error.code, message: error.message }),
  )

test.each([
  ['input.name', 'Ada'],
  ['steps.find.body.users[id = 7].tags[0]', 'a'],
  ['steps.find.headers.`x-next`', 'abc'],
  ['{"total": $sum(input.amounts), "sorted": $sort(input.amounts)}', { total: 6, sorted: [1, 2, 3] }],
  ['input.nothing', null],
  ['input.absent', undefined],
  ['($f := function($n) { $n <= 1 ? 1 : $n * $f($n - 1) }; $f(50))', 3.0414093201713376e64],
  ['input ~> | $ | {"name": "Grace"}, "amounts" |', { name: 'Grace', nothing: null }],
  ['$base64decode($base64encode("pass\u00e9:word"))', 'pass\u00e9:word'],
  ['$base64encode("a") & $base64encode("ab") & $base64encode("abc")', 'YQ==YWI=YWJj'],
  ['$parse("{\\"a\\": [1, 2]}").a', [1, 2]],
  ['$replace(input.name, /a$/, function($m) { $uppercase($m.match) })', 'AdA'],
  ['$fromMillis(0, "[Y]-[M01]-[D01]")', '1970-01-01'],
  ['$formatNumber(1234.5, "#,##0.00")', '1,234.50'],
])('an expression makes of input, steps and profile what JSONata says: %s', async (expression, output) => {
  expect(await evaluated(expression)).toEqual(output)
})

test('an expression that fails says why and where, and names what it was given', async () => {
  expect(await refused('input.name + 1')).toEqual({
    code: 'step_failed',
    message: 'The left side of the "+" operator must evaluate to a number (at character 12)',
  })
  expect(await refused('$error("no such user")')).toMatchObject({
    message: expect.stringMatching(/^no such user/),
  })
})

test('an expression that cannot be read is known before it is used', async () => {
  expect(await expressionFault('{"a": input.', context)).toMatch(/character/)
  expect(await expressionFault('$sum(input.amounts)', context)).toBeUndefined()
})

test('$eval is refused, as what it evaluates nobody has read', async () => {
  expect(await refused('$eval("1 + 1")')).toMatchObject({
    code: 'step_failed',
    message: expect.stringMatching(/^\$eval is not/),
  })
})
