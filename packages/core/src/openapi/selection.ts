import { type Fault, foldKey, type OperationImportInput } from '@sallyport/contract'
import type { DocumentOperation } from './document-operation.ts'

interface Selector {
  readonly path: string
  readonly text: string
  readonly fits: (operation: DocumentOperation, key: string) => boolean
  hasFound: boolean
}

/** Which operations were asked for. One that finds nothing is a fault: its writer meant something. */
export class Selection {
  readonly #groups: readonly (readonly Selector[])[]

  constructor({ tags, paths, operations }: Pick<OperationImportInput, 'tags' | 'paths' | 'operations'>) {
    this.#groups = [
      selectors('tags', tags, (text) => (operation) => operation.tags.includes(text)),
      selectors('paths', paths, (text) => (operation) => fitsPath(text, operation.path)),
      selectors('operations', operations, (text) => (operation, key) => isNamed(text, operation, key)),
    ].filter((group) => group.length > 0)
  }

  /** One of each list that was given. */
  takes(operation: DocumentOperation, key: string): boolean {
    return this.#groups
      .map((group) => {
        const found = group.filter((selector) => selector.fits(operation, key))
        for (const selector of found) selector.hasFound = true
        return found.length > 0
      })
      .every((hasOne) => hasOne)
  }

  faults(): Fault[] {
    return this.#groups
      .flat()
      .filter(({ hasFound }) => !hasFound)
      .map(({ path, text }) => ({
        path,
        code: 'unknown',
        message: `The document has no operation for ${JSON.stringify(text.slice(0, 200))}. Check its spelling.`,
      }))
  }
}

function selectors(
  name: string,
  texts: readonly string[] | undefined,
  fitting: (text: string) => Selector['fits'],
): Selector[] {
  return (texts ?? []).map((text, index) => ({
    path: `/${name}/${index}`,
    text,
    fits: fitting(text),
    hasFound: false,
  }))
}

function fitsPath(text: string, path: string): boolean {
  return text.endsWith('*') ? path.startsWith(text.slice(0, -1)) : path === text
}

function isNamed(text: string, { operationId, method, path }: DocumentOperation, key: string): boolean {
  return text === operationId || text === `${method} ${path}` || foldKey(text) === foldKey(key)
}
