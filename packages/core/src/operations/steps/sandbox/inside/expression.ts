import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { type Context, createContext, Script } from 'node:vm'
import { built } from '../built.ts'
import type { JobSettings, SandboxLimits } from '../job.ts'

/** What the realm shares with the rest of its process: texts alone. */
export interface RealmTexts {
  expression: string
  input: string
  depth: number
  /** `parse` reads the expression only. */
  wanted: 'evaluate' | 'parse'
  /** An `Answer`, and in the line after it the output. */
  outcome: string
}

/** Evaluates JSONata; the outcome is an `Answer`, and in the line after it the output. */
export type Evaluate = (
  wanted: RealmTexts['wanted'],
  settings: JobSettings['evaluate'],
  input: string,
) => string

/** JSONata's realm, ready to evaluate: `void settle()` run in it takes the texts, and leaves the outcome. */
export interface Realm {
  readonly context: Context
  readonly texts: RealmTexts
}

/**
 * JSONata in a realm of its own, where no object of Node's is to be found and no text becomes code: what climbs out
 * of an expression by a prototype, as it could in earlier versions, stands in an empty room. In and out go texts.
 */
export function createRealm(depth: number): Realm {
  const texts: RealmTexts = Object.assign(Object.create(null), {
    ...{ expression: '', input: '', depth, wanted: 'parse', outcome: '' },
  })
  // What is awaited within ends before the script does, and within its time.
  const context = createContext(texts, {
    codeGeneration: { strings: false, wasm: false },
    microtaskMode: 'afterEvaluate',
  })
  const library = createRequire(import.meta.url).resolve('jsonata')
  const ours = ['./realm-base64.js', './realm.js'].map((path) => built(path, import.meta.url))
  for (const path of ours.toSpliced(1, 0, library))
    new Script(asScript(readFileSync(path, 'utf8'))).runInContext(context)
  return { context, texts }
}

export function createEvaluator({ depth }: SandboxLimits): Evaluate {
  const { context, texts } = createRealm(depth)
  const settle = new Script('void settle()')
  return (wanted, { expression }, input) => {
    Object.assign(texts, { wanted, expression, input, outcome: '' })
    settle.runInContext(context)
    const { outcome } = texts
    Object.assign(texts, { expression: '', input: '', outcome: '' })
    return outcome
  }
}

/** As a function's body, so that its names stay its own; the compiler marks what it believes to be modules. */
function asScript(text: string): string {
  return `(() => {${text.replace(/^export \{\};$/m, '')}\n})()`
}
