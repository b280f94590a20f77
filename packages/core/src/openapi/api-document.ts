import type { Fault } from '@sallyport/contract'
import { bounds } from './bounds.ts'
import { isMembers, type Located, type Members, member } from './located.ts'
import type { Skipped } from './skipped.ts'

export type Specification = '2.0' | '3.0' | '3.1'

/** A description of an API, and what of it was left out so far. */
export interface ApiDocument {
  readonly root: Members
  readonly specification: Specification
  readonly skipped: Skipped
  /** How many levels of the latest schema were taken, whole or not. */
  readonly levels: { input: number; output: number }
  /** Schemas that were inlined whole. */
  readonly inlined: { readonly input: InlinedSchemas; readonly output: InlinedSchemas }
}

export type InlinedSchemas = WeakMap<
  Members,
  { readonly schema: Record<string, unknown>; readonly height: number; readonly schemas: number }
>

/** Which specification a document follows; a fault where it is none that we know. */
export function specificationOf(root: unknown): Specification | Fault {
  const fault = (message: string): Fault => ({ path: '/document', code: 'document', message })
  if (!isMembers(root)) return fault('This holds no object. Give an OpenAPI or Swagger document.')
  const written = Object.hasOwn(root, 'openapi')
    ? root.openapi
    : Object.hasOwn(root, 'swagger')
      ? root.swagger
      : undefined
  const text = typeof written === 'string' || typeof written === 'number' ? String(written) : ''
  if (Object.hasOwn(root, 'openapi')) {
    if (/^3\.0(\.|$)/.test(text)) return '3.0'
    // 3.2 only adds to it.
    if (/^3\.[12](\.|$)/.test(text)) return '3.1'
  } else if (/^2(\.0)?$/.test(text)) return '2.0'
  return fault(
    'This names no version of OpenAPI 3 or Swagger 2.0, as `openapi: 3.1.0`. Give such a document.',
  )
}

/** Where a `$ref` leads. What leads out of the document, in a circle or nowhere is named, and undefined. */
export function follow(document: ApiDocument, from: Located, operation?: string): Located | undefined {
  let at = from
  for (let hops = 0; hops < bounds.references; hops += 1) {
    const reference = isMembers(at.value) && Object.hasOwn(at.value, '$ref') ? at.value.$ref : undefined
    if (reference === undefined) return at
    const found = typeof reference === 'string' ? lookedUp(document, reference) : undefined
    if (!found) {
      skip(document, from, operation, reasonOf(reference))
      return undefined
    }
    at = found
  }
  skip(document, from, operation, 'Its reference leads in a circle, or through too many others.')
  return undefined
}

function lookedUp({ root }: ApiDocument, reference: string): Located | undefined {
  if (reference !== '#' && !reference.startsWith('#/')) return undefined
  let at: Located | undefined = { value: root, path: '' }
  for (const token of reference.split('/').slice(1)) {
    const name = decoded(token).replaceAll('~1', '/').replaceAll('~0', '~')
    at = Array.isArray(at.value) ? entryAt(at, name) : member(at, name)
    if (!at) return undefined
  }
  return at
}

function entryAt({ value, path }: Located, name: string): Located | undefined {
  if (!Array.isArray(value) || !/^(0|[1-9]\d{0,8})$/.test(name)) return undefined
  const index = Number(name)
  return index < value.length ? { value: value[index] as unknown, path: `${path}/${index}` } : undefined
}

function decoded(token: string): string {
  try {
    return decodeURIComponent(token)
  } catch {
    return token
  }
}

function reasonOf(reference: unknown): string {
  if (typeof reference !== 'string') return 'Its reference is no text.'
  return reference.startsWith('#')
    ? `Its reference ${reference.slice(0, 200)} leads nowhere in this document.`
    : `Its reference ${reference.slice(0, 200)} leads out of the document, and nothing is fetched.`
}

function skip(
  { skipped }: ApiDocument,
  { path }: Located,
  operation: string | undefined,
  reason: string,
): void {
  skipped.add({ ...(operation !== undefined && { operation }), path, part: 'document', reason })
}
