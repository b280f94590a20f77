import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import process from 'node:process'

/** Whether the work that this stamp vouches for was done, to its end, for the same input. */
export function isStamped(path, fingerprint) {
  try {
    return readFileSync(path, 'utf8') === fingerprint
  } catch {
    return false
  }
}

export function writeStamp(path, fingerprint) {
  mkdirSync(dirname(path), { recursive: true })
  const draft = `${path}.${process.pid}`
  writeFileSync(draft, fingerprint)
  renameSync(draft, path)
}

/** Before the work begins: work cut short leaves no stamp. */
export function removeStamp(path) {
  rmSync(path, { force: true })
}
