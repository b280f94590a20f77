import { Script } from 'node:vm'
import { expect, test } from 'vitest'
import { createRealm } from './expression.ts'

const { context } = createRealm(100)
/** What somebody would find who got out of an expression. */
const found = (program: string): unknown => new Script(program).runInContext(context)

test('in the realm of expressions there is nothing of Node’s', () => {
  const names = [
    'process',
    'require',
    'module',
    'global',
    'Buffer',
    'fetch',
    'setTimeout',
    'console',
    'performance',
    'structuredClone',
  ]
  expect(names.map((name) => found(`typeof ${name}`))).toEqual(names.map(() => 'undefined'))
})

test.each([
  'Function("return 1")()',
  'globalThis.constructor.constructor("return process")()',
  'Object.getPrototypeOf(globalThis).constructor.constructor("return process")()',
  'eval("1")',
  '(async () => {}).constructor("return 1")()',
  '(function* () {}).constructor("yield 1")().next()',
  'window.jsonata.constructor("return process")()',
  'settle.constructor("return 1")()',
  'new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]))',
])('no text becomes code there: %s', (program) => {
  expect(() => found(program)).toThrow(/code|not (?:a constructor|defined)/i)
})

test.each([
  'Object',
  'Array',
  'Function',
  'String',
  'Promise',
  'RegExp',
  'Map',
  'Error',
  'Date',
  'JSON',
  'Math',
])('nothing of the language is changed there for the next expression: %s', (name) => {
  const change = `(() => { const target = ${name}.prototype ?? ${name}; target.left = 1; return target.left })()`
  expect(found(change)).toBeUndefined()
  expect(() => found(`"use strict"; (${name}.prototype ?? ${name}).left = 1`)).toThrow(/extensible/)
})

test('what awaits is changed there neither', () => {
  const hidden = [
    'async () => {}',
    'function* () {}',
    'async function* () {}',
    '[].values()',
    'new Map().keys()',
    '"".matchAll(/a/g)',
  ]
  for (const value of hidden) expect(found(`Object.isFrozen(Object.getPrototypeOf((${value})))`)).toBe(true)
})
