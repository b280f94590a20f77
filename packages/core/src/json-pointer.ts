import type { JsonValue } from '@sallyport/contract'

/** The value at a JSON Pointer (RFC 6901), own members only. */
export function valueAtPointer(document: unknown, path: string): unknown {
  if (path === '') return document
  return path
    .slice(1)
    .split('/')
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>(
      (value, segment) =>
        typeof value === 'object' && value !== null && Object.hasOwn(value, segment)
          ? (value as Record<string, unknown>)[segment]
          : undefined,
      document,
    )
}

/** The document with this value at a JSON Pointer; objects on the way there are made. The document itself stays as it is. */
export function withMember(document: JsonValue, path: string, value: JsonValue): JsonValue {
  if (path === '') return value
  const [segment = '', ...rest] = path.slice(1).split('/')
  const name = segment.replaceAll('~1', '/').replaceAll('~0', '~')
  const inner = rest.length === 0 ? '' : `/${rest.join('/')}`
  const isObject = typeof document === 'object' && document !== null
  const before =
    isObject && Object.hasOwn(document, name) ? (document as Record<string, JsonValue>)[name] : undefined
  const member = withMember(before ?? {}, inner, value)
  if (Array.isArray(document)) return document.map((item, index) => (String(index) === name ? member : item))
  return Object.fromEntries([...Object.entries(isObject ? document : {}), [name, member]])
}
