/* Runs inside the realm (expression.ts), after JSONata is loaded, as a script: it imports types alone. */

import type { RealmTexts } from './expression.ts'

interface Compiled {
  /** What an expression assigns is forgotten with its evaluation. */
  evaluate(input: unknown): Promise<unknown>
  registerFunction(name: string, implementation: (text: string) => unknown, signature: string): void
}

const realm = globalThis as unknown as RealmTexts & {
  readonly window: { readonly jsonata: (text: string, options: { readonly stack: number }) => Compiled }
}
const { jsonata } = realm.window

/** Expressions that were read before, of so many characters together. */
const longestCache = 200_000
const compiled = new Map<string, Compiled>()
let cached = 0

function compile(text: string): Compiled {
  const known = compiled.get(text)
  if (known) return known
  const made = jsonata(text, { stack: realm.depth })
  made.registerFunction('eval', refuseEval, '<sx?:x>')
  made.registerFunction('parse', parse, '<s-:x>')
  if (cached + text.length > longestCache) {
    compiled.clear()
    cached = 0
  }
  compiled.set(text, made)
  cached += text.length
  return made
}

function refuseEval(): never {
  throw new Error('$eval is not available. $parse reads JSON text.')
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Error('$parse was given a text that is not JSON.')
  }
}

/** Functions have no JSON, and what they close over is nobody's output. */
function withoutFunctions(_name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return typeof value === 'function' ? undefined : value
  return '_jsonata_function' in value || '_jsonata_lambda' in value ? undefined : value
}

function done(result: unknown): string {
  return `{"kind":"done"}\n${JSON.stringify(result, withoutFunctions) ?? ''}`
}

function failed(error: unknown): string {
  const { code, message, position } = error as Readonly<Record<'code' | 'message' | 'position', unknown>>
  // JSONata says D1011 where its own count or the engine's stack ends; no text or list is as long as the engine's limit.
  if (code === 'D1011') return '{"kind":"limit","limit":"depth"}\n'
  if (error instanceof RangeError) {
    const limit = error.message.startsWith('Invalid ') ? 'memory' : 'depth'
    return `{"kind":"limit","limit":"${limit}"}\n`
  }
  const text = typeof message === 'string' ? message.slice(0, 500) : 'The expression failed.'
  const place = typeof position === 'number' ? ` (at character ${position})` : ''
  return `${JSON.stringify({ kind: 'failed', message: text + place })}\n`
}

async function evaluate(): Promise<string> {
  const expression = compile(realm.expression)
  if (realm.wanted === 'parse') return '{"kind":"done"}\n'
  return done(await expression.evaluate(JSON.parse(realm.input)))
}

async function settle(): Promise<void> {
  realm.outcome = await evaluate().catch(failed)
}

const seen = new Set<unknown>()

function freeze(value: unknown): void {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value)) return
  seen.add(value)
  Object.freeze(value)
  for (const name of Reflect.ownKeys(value)) {
    const own = Object.getOwnPropertyDescriptor(value, name)
    for (const part of [own?.value, own?.get, own?.set]) freeze(part)
  }
  freeze(Object.getPrototypeOf(value))
}

/** Nothing that one expression might change of the language is there for the next one, whoever's that is. */
function shut(): void {
  for (const name of Reflect.ownKeys(globalThis)) {
    const { value } = Object.getOwnPropertyDescriptor(globalThis, name) ?? {}
    if (value !== globalThis) freeze(value)
  }
  const withoutName = [async () => {}, function* () {}, async function* () {}, ''.matchAll(/a/g)]
  for (const value of [
    ...withoutName,
    [].values(),
    ''[Symbol.iterator](),
    new Map().keys(),
    new Set().keys(),
  ])
    freeze(value)
}

Object.defineProperty(globalThis, 'settle', { value: settle })
// V8's own, which debuggers read.
Reflect.deleteProperty(globalThis, 'console')
shut()
