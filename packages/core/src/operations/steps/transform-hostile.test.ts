import { afterAll, expect, test } from 'vitest'
import type { StepContext } from './context.ts'
import { Sandbox } from './sandbox/sandbox.ts'
import { transform } from './transform.ts'

// With time enough on a busy machine: what is to end by its time says so.
const sandbox = new Sandbox({ limits: { heapMegabytes: 32, milliseconds: 60_000 } })
afterAll(() => sandbox.close())
const context: StepContext = { sandbox, organizationId: 'org_1' }
const hurried = { ...context, milliseconds: 100 }
const outcome = (expression: string, data: unknown = {}, within = context) =>
  transform({ expression }, data, within).then(
    (output) => ({ output }),
    (error) => ({ code: error.code, message: error.message }),
  )
const limit = (start: RegExp) => ({ code: 'step_limit_reached', message: expect.stringMatching(start) })
const stillServes = async () => expect(await outcome('1 + 1')).toEqual({ output: 2 })

const doubled = (start: string, times: number) =>
  `($f := function($s, $n) { $n = 0 ? $s : $f($s & $s, $n - 1) }; $f("${start}", ${times}))`

test.each([
  ['a tail call without end', '($f := function($n) { $f($n + 1) }; $f(0))'],
  ['a pattern that backtracks without end', '$match("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", /^(a+)+$/)'],
  ['a product of long ranges', '[1..100000].($x := $; $count([1..100000][$ = $x]))'],
])('%s is stopped when its time is up, and the next expression is served', async (_what, expression) => {
  expect(await outcome(expression, {}, hurried)).toEqual(limit(/^The step took longer/))
  await stillServes()
})

test.each([
  ['recursion without end', '($f := function($n) { 1 + $f($n + 1) }; $f(0))'],
  ['an expression nested too deep', `${'('.repeat(9000)}1${')'.repeat(9000)}`],
  ['data nested too deep', '($f := function($x, $n) { $n = 0 ? $x : $f([[$x]], $n - 1) }; $f(1, 4000))'],
])('%s ends by its depth', async (_what, expression) => {
  expect(await outcome(expression)).toEqual(limit(/^The step is nested deeper/))
  await stillServes()
})

test.each([
  ['a text of 100 MB', '$pad("", 100000000, "x")'],
  ['a text of 100 MB by doubling', doubled('aaaaaaaaaa', 24)],
  ['a list of ten million', '[1..10000000]'],
  [
    'a tree that is small in memory and large in JSON',
    '($f := function($s, $n) { $n = 0 ? $s : $f([$s, $s], $n - 1) }; $f("aaaaaaaaaa", 24))',
  ],
  [
    'a text that is longer with each replacement',
    `$replace(${doubled('aaaaaaaaaa', 16)}, "a", $pad("", 300, "b"))`,
  ],
  ['a text cut into letters', `$split(${doubled('aaaaaaaaaa', 24)}, "")`],
  ['a text longer than any', '$pad("", 600000000, "x")'],
  ['numbers joined', '$join([1..9999999].$string())'],
  ['a text of two bytes a letter', '$pad("", 200000000, "\u20ac")'],
])('%s stops within time and memory, and harms nobody else', async (_what, expression) => {
  expect(await outcome(expression, {}, hurried)).toMatchObject({ code: 'step_limit_reached' })
  await stillServes()
})

test('what needs more memory than there is is told so, long before its time is up', async () => {
  const small = new Sandbox({ limits: { milliseconds: 60_000, heapMegabytes: 48 } })
  const result = transform({ expression: '[1..9999999].("a" & $)' }, {}, { ...context, sandbox: small })
  await expect(result).rejects.toMatchObject(limit(/^The step needed more memory than it may have \(48 MB\)/))
  small.close()
})

test('an output that is longer than may be is refused, whole', async () => {
  const small = new Sandbox({ limits: { outputBytes: 1000 } })
  const sized = (letters: number, letter: string) =>
    transform({ expression: `$pad("", ${letters}, "${letter}")` }, {}, { ...context, sandbox: small }).catch(
      (error) => error,
    )
  expect(await sized(998, 'x')).toHaveLength(998)
  expect(await sized(999, 'x')).toMatchObject({
    code: 'step_limit_reached',
    message: expect.stringMatching(/^The step put out more/),
  })
  // Bytes, not letters.
  expect(await sized(500, '\u00e9')).toMatchObject({ code: 'step_limit_reached' })
  small.close()
})

test('an input that is longer than may be is refused before anything is done with it', async () => {
  const small = new Sandbox({ limits: { inputBytes: 1000 } })
  const given = (letters: number) =>
    transform({ expression: '$length($)' }, 'x'.repeat(letters), { ...context, sandbox: small }).catch(
      (error) => error,
    )
  expect(await given(998)).toBe(998)
  expect(await given(999)).toMatchObject({
    code: 'step_limit_reached',
    message: expect.stringMatching(/^The step was given more/),
  })
  small.close()
})

test.each([
  ['constructor'],
  ['constructor.constructor("return process")()'],
  ['__proto__'],
  ['$.__proto__.constructor'],
  ['input.toString'],
  ['$lookup($, "constructor")'],
  ['$lookup($, "__proto__")'],
  ['$sum.constructor'],
  ['$.hasOwnProperty'],
  ['function($x) { $x }.environment'],
  ['$keys($sum)'],
  ['$spread($lookup)'],
  ['[1].constructor'],
  ['"a".constructor.name'],
  ['input.list.constructor'],
  ['/a/.constructor'],
  ['/a/("a").next.constructor("return process")()'],
  ['$process'],
  ['$globalThis'],
  ['process'],
  ['window'],
  ['$lookup($lookup($sum, "constructor"), "prototype")'],
  ['$lookup($, "__lookupGetter__")'],
  ['$lookup($, "__defineGetter__")("polluted", $sum)'],
  ['$lookup([1], "map")'],
  ['$each($sum, function($v) { $v })'],
  ['$map([1], $sum.constructor)'],
  ['$sum.environment'],
  ['$lookup($sum, "implementation")'],
  ['(function($x) { $x }).body'],
])('nothing of the language behind JSONata is reached: %s', async (expression) => {
  const result = await outcome(expression, { input: { list: [1] } })
  expect('output' in result ? (result.output ?? null) : result.code).toSatisfy(
    (value) =>
      value === null ||
      value === 'step_failed' ||
      JSON.stringify(value) === '[]' ||
      JSON.stringify(value) === '{}',
  )
})

test.each([
  // CVE-2024-27307
  '$ ~> | __proto__ | {"polluted": 1} |',
  '$ ~> | constructor.prototype | {"polluted": 1} |',
  // CVE-2026-12208
  '{"__proto__": {"polluted": 1}}',
  '$merge([{}, {"__proto__": {"polluted": 1}}])',
  '$ ~> | $ | {"constructor": {"prototype": {"polluted": 1}}} |',
  '[1].{"__proto__": {"polluted": $}}',
  '$sift({"__proto__": {"polluted": 1}}, function($v) { true })',
])('no prototype is changed by %s', async (expression) => {
  await outcome(expression, { list: [1] })
  expect(
    await outcome('[{"a": 1}.polluted, list.polluted, "a".polluted, $sum.polluted]', { list: [1] }),
  ).toEqual({ output: [] })
})

test('what data says of prototypes is data, and changes no prototype', async () => {
  const data = JSON.parse(
    '{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 2}}, "o": {}}',
  )
  expect(await outcome('o.polluted', data)).toEqual({ output: undefined })
  expect(await outcome('constructor.prototype.polluted', data)).toEqual({ output: 2 })
  expect(await outcome('$ ~> | $ | {"__proto__": {"polluted": 3}} | ; 1', data)).toMatchObject({
    code: 'step_failed',
  })
  await outcome('$ ~> | constructor.prototype | {"polluted": 3} |', data)
  await outcome('$merge([{"__proto__": {"polluted": 4}}, {"a": 1}])', data)
  await outcome('{"__proto__": {"polluted": 5}}.polluted', data)
  expect(await outcome('{"a": 1}.polluted')).toEqual({ output: undefined })
  expect(({} as Record<string, unknown>).polluted).toBeUndefined()
})

test('nothing of one expression is left for the next', async () => {
  await outcome('($secret := "of another"; $sum := function($x) { "mine" }; $string := 1; $secret)')
  await outcome('$secret := "of another"')
  expect(await outcome('$secret')).toEqual({ output: undefined })
  expect(await outcome('$sum([1, 2])')).toEqual({ output: 3 })
})

test('functions are nobody’s output', async () => {
  expect(await outcome('{"f": function($x) { $x }, "g": $sum, "list": [$sum], "n": 1}')).toEqual({
    output: { list: [null], n: 1 },
  })
})
