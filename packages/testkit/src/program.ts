import { accessSync, constants } from 'node:fs'
import process from 'node:process'

/** A program that a test server needs, and where Debian has it from. */
export interface Program {
  /** As a sentence may begin: `Apache's httpd`. */
  readonly name: string
  /** Names the program where it is not in a usual place. */
  readonly variable: string
  readonly usualPlaces: readonly string[]
  readonly debianPackage: string
}

/** The path of a program; fails, with the mend, where it is not. */
export function pathOf({ name, variable, usualPlaces, debianPackage }: Program): string {
  const chosen = process.env[variable]
  const found = (chosen === undefined ? usualPlaces : [chosen]).find(isExecutable)
  if (found !== undefined) return found
  const sought =
    chosen === undefined ? `${name} was not found.` : `${variable} names ${chosen}, which is not there.`
  throw new Error(`${sought} Install it: apt-get install -y --no-install-recommends ${debianPackage}`)
}

function isExecutable(path: string) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
