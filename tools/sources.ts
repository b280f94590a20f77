import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A source file of a package, by its path relative to the root of the repository. */
export interface Source {
  readonly file: string
  readonly text: string
}

/** Every TypeScript file under packages/<package>/src, in a stable order. */
export function readSources(root: string): readonly Source[] {
  return readdirSync(join(root, 'packages'))
    .flatMap((name) => filesUnder(root, `packages/${name}/src`))
    .filter((file) => /\.tsx?$/.test(file))
    .sort()
    .map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }))
}

/** Tests and specs shared by tests: they may reach further than what they test. */
export function isTest(file: string): boolean {
  return /\.(test|suite)\.tsx?$/.test(file)
}

function filesUnder(root: string, folder: string): readonly string[] {
  try {
    return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? filesUnder(root, `${folder}/${entry.name}`) : [`${folder}/${entry.name}`],
    )
  } catch {
    return []
  }
}
