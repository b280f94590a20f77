import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { locked } from './lock.mjs'
import { inRepository, tool } from './paths.mjs'
import { runNode } from './run-child.mjs'
import { isStamped, removeStamp, writeStamp } from './stamp.mjs'

const stamp = inRepository('.stamp', 'build')
const watched = /\.(ts|tsx|css|html|json|svg)$/
const unwatched = new Set(['node_modules', 'dist', 'data'])

/** Compiles and bundles what changed since the last build that succeeded. Resolves to the compiler's exit code. */
export async function ensureBuilt() {
  if (isUpToDate()) return 0
  return locked(inRepository('.stamp', 'lock'), async () => {
    if (isUpToDate()) return 0
    console.log('Building…')
    removeStamp(stamp)
    const before = fingerprint()
    // The compiler trusts its .tsbuildinfo, which says nothing about outputs that somebody removed.
    const failed =
      (await runNode([tool('typescript', 'tsc'), '-b', ...(outputsExist() ? [] : ['--force'])])) ||
      (await bundleConsole())
    if (!failed) writeStamp(stamp, before)
    return failed
  })
}

// Whatever NODE_ENV is for the server: what React has for development is no console for people.
function bundleConsole() {
  const environment = { ...process.env, NODE_ENV: 'production' }
  const options = ['--logLevel', 'error']
  return runNode([tool('vite'), 'build', inRepository('packages', 'console'), ...options], { environment })
}

function isUpToDate() {
  return isStamped(stamp, fingerprint()) && outputsExist()
}

function projects() {
  const { references } = JSON.parse(readFileSync(inRepository('tsconfig.json'), 'utf8'))
  return references.map((reference) => reference.path)
}

function outputsExist() {
  return projects().every((project) => existsSync(inRepository(project, 'dist')))
}

// Path, size and time of every source: a few hundred look-ups, a few milliseconds, no reading.
function fingerprint() {
  const hash = createHash('sha256').update(readFileSync(inRepository('package-lock.json')))
  for (const name of ['tsconfig.json', 'tsconfig.base.json']) addFile(hash, inRepository(name))
  for (const project of projects()) addFolder(hash, inRepository(project))
  return hash.digest('hex')
}

function addFolder(hash, folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) {
      if (!unwatched.has(entry.name)) addFolder(hash, path)
    } else if (watched.test(entry.name)) addFile(hash, path)
  }
}

function addFile(hash, path) {
  const { size, mtimeMs } = statSync(path)
  hash.update(`${path} ${size} ${mtimeMs}\n`)
}
