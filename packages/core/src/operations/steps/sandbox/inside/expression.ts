import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { createContext, Script } from 'node:vm'
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

/**
 * JSONata in a realm of its own, where no object of Node's is to be found and no text becomes code: what climbs out
 * of an expression by a prototype, as it could in earlier versions, stands in an empty room. In and out go texts.
 */
export function createEvaluator({ depth }: SandboxLimits): Evaluate {
  const texts: RealmTexts = Object.assign(Object.create(null), {
    ...{ expression: '', input: '', depth, wanted: 'parse', outcome: '' },
  })
  // What is awaited within ends before the script does, and within its time.
  const context = createContext(texts, {
    codeGeneration: { strings: false, wasm: false },
    microtaskMode: 'afterEvaluate',
  })
  const library = createRequire(import.meta.url).resolve('jsonata')
  for (const path of [ours('./realm-base64.js'), library, ours('./realm.js')])
    new Script(asScript(readFileSync(path, 'utf8'))).runInContext(context)
  const settle = new Script('void settle()')
  return (wanted, { expression }, input) => {
    Object.assign(texts, { wanted, expression, input, outcome: '' })
    settle.runInContext(context)
    const { outcome } = texts
    Object.assign(texts, { expression: '', input: '', outcome: '' })
    return outcome
  }
}

function ours(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url))
}

/** As a function's body, so that its names stay its own; the compiler marks what it believes to be modules. */
function asScript(text: string): string {
  return `(() => {${text.replace(/^export \{\};$/m, '')}\n})()`
}
