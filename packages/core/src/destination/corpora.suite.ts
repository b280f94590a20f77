import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const folder =
  process.env.SALLYPORT_CORPORA ?? fileURLToPath(new URL('../../../../../shared/corpora', import.meta.url))

/** A collection of attacks, where it is present; the tests carry their own cases and need none. */
export function corpus<T>(file: string): T | undefined {
  const path = `${folder}/${file}`
  if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8')) as T
  console.error(`${file} is not in ${folder}: its cases are not tried.`)
  return undefined
}
