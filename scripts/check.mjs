import { ensureBuilt } from './build.mjs'
import { tool } from './paths.mjs'
import { runNode } from './run-child.mjs'

const steps = [
  { name: 'format and lint', run: () => runNode([tool('@biomejs/biome', 'biome'), 'check', '.']) },
  { name: 'types', run: ensureBuilt },
  { name: 'types of tests', run: () => runNode([tool('typescript', 'tsc'), '-p', 'tsconfig.test.json']) },
  { name: 'rooms', run: () => runNode(['tools/dist/check-rooms.js']) },
  { name: 'docs', run: () => runNode(['tools/dist/check-docs.js']) },
]

/** Runs every step, also after one has failed, and ends on the list of them. Resolves to an exit code. */
export async function check() {
  const results = []
  for (const { name, run } of steps) {
    console.log(`\n── ${name}`)
    const began = performance.now()
    const code = await run()
    results.push({ name, passed: code === 0, seconds: (performance.now() - began) / 1000 })
  }

  console.log()
  for (const { name, passed, seconds } of results) {
    console.log(`${passed ? 'ok    ' : 'FAILED'}  ${name.padEnd(16)} ${seconds.toFixed(1).padStart(6)} s`)
  }
  return results.every((result) => result.passed) ? 0 : 1
}
