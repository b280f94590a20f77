import { readData } from './files.ts'

/** A provider of which too little is known, or which definitions cannot express. */
export interface UnusableProvider {
  readonly id: string
  readonly name: string
  readonly family: string
  readonly auth: string
  /** The facts, or the fields, that are missing. */
  readonly missing: readonly string[]
}

/** All of them, by id. */
export function readUnusable(): Promise<readonly UnusableProvider[]> {
  return readData('unusable.json')
}
