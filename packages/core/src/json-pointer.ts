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
