import { existsSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'

/** Where an import leads: a file of ours, a stranger, or an entrance that the package does not have. */
export type Target =
  | { readonly kind: 'file'; readonly file: string }
  | { readonly kind: 'stranger'; readonly name: string }
  | { readonly kind: 'closed' }

const ours = '@sallyport/'

export function resolveImport(root: string, from: string, specifier: string): Target {
  if (specifier.startsWith('.')) {
    return { kind: 'file', file: posix.normalize(posix.join(posix.dirname(from), specifier)) }
  }
  if (specifier.startsWith(ours)) return throughEntrance(root, specifier.slice(ours.length))
  if (specifier.startsWith('node:')) return { kind: 'stranger', name: specifier }
  const segments = specifier.startsWith('@') ? 2 : 1
  return { kind: 'stranger', name: specifier.split('/').slice(0, segments).join('/') }
}

// A package is entered only by what its `exports` lists; `source` there names the file in this repository.
function throughEntrance(root: string, path: string): Target {
  const [name = '', ...rest] = path.split('/')
  const description = join(root, 'packages', name, 'package.json')
  if (!existsSync(description)) return { kind: 'closed' }
  const { exports = {} } = JSON.parse(readFileSync(description, 'utf8')) as {
    exports?: Record<string, { source?: string }>
  }
  const source = exports[['.', ...rest].join('/')]?.source
  return source ? { kind: 'file', file: posix.join('packages', name, source) } : { kind: 'closed' }
}
