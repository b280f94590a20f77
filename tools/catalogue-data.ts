import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ProviderEntry, summaryOf } from '@sallyport/contract'

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

/** The index that searches look into, and that lists show. */
export function catalogueIndex(entries: readonly ProviderEntry[]): string {
  return `${formatted(entries.map(summaryOf), '')}\n`
}

/** As the formatter has it: on one line where it fits. */
function formatted(value: unknown, indent: string, before = ''): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const inner = `${indent}  `
  const isList = Array.isArray(value)
  const parts = (place: string) =>
    isList
      ? value.map((item: unknown) => formatted(item, place))
      : Object.entries(value).map(([name, item]) => {
          const start = `${JSON.stringify(name)}: `
          return start + formatted(item, place, start)
        })
  const flat = isList ? `[${parts(inner).join(', ')}]` : `{ ${parts(inner).join(', ')} }`
  const fits = !flat.includes('\n') && indent.length + before.length + flat.length < lineWidth
  if (fits) return flat
  const [open, close] = isList ? '[]' : '{}'
  return `${open}\n${inner}${parts(inner).join(`,\n${inner}`)}\n${indent}${close}`
}
