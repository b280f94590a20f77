import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ProviderEntry } from '@sallyport/contract'

const folder = 'packages/catalog'

/** What is listed in place of an entry. */
export interface Unusable {
  readonly id: string
  readonly name: string
  readonly missing: readonly string[]
}

/** The entries of the catalogue, by id. */
export function readEntries(root: string): readonly ProviderEntry[] {
  const path = join(root, folder, 'providers')
  const files = existsSync(path) ? readdirSync(path).sort() : []
  return files.map((file) => JSON.parse(readFileSync(join(path, file), 'utf8')) as ProviderEntry)
}

/** The providers that have none. */
export function readUnusable(root: string): readonly Unusable[] {
  const path = join(root, folder, 'unusable.json')
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Unusable[]) : []
}

/** Of the formatter, which looks at what is derived as well. */
const lineWidth = 110

/** The index that searches look into: a line for each entry. */
export function catalogueIndex(entries: readonly ProviderEntry[]): string {
  const lines = entries.map(({ id, name, family, definition }) => {
    const summary = { id, name, family, auth: definition.auth.type }
    const fields = Object.entries(summary).map(([field, value]) => `"${field}": ${JSON.stringify(value)}`)
    const line = `  { ${fields.join(', ')} }`
    return line.length < lineWidth ? line : `  {\n    ${fields.join(',\n    ')}\n  }`
  })
  return `[\n${lines.join(',\n')}\n]\n`
}
