/** Writes a value into a document where a JSON Pointer (RFC 6901) says; what is on the way is made. */
export function placed(document: unknown, pointer: string, value: unknown): unknown {
  if (pointer === '') return value
  const [, first = '', rest = ''] = /^\/([^/]*)(.*)$/s.exec(pointer) ?? []
  const name = first.replaceAll('~1', '/').replaceAll('~0', '~')
  if (/^\d+$/.test(name) && (document === undefined || Array.isArray(document))) {
    const items: unknown[] = [...(document ?? [])]
    items[Number(name)] = placed(items[Number(name)], rest, value)
    return items
  }
  const fields = typeof document === 'object' && document !== null ? document : {}
  return { ...fields, [name]: placed((fields as Record<string, unknown>)[name], rest, value) }
}

/** A reply in the making: its document, and what stands in its headers. */
export class ReplyDocument {
  body: unknown = {}
  readonly headers: Record<string, string> = {}

  /** Puts a value where a path of a definition says: a JSON Pointer, `header:Name` or `cookie:name`. */
  put(path: string, value: unknown): this {
    const [, place, name = ''] = /^(header|cookie):(.*)$/s.exec(path) ?? []
    if (place === 'header') this.headers[name] = String(value)
    else if (place === 'cookie') this.headers['Set-Cookie'] = `${name}=${String(value)}; Path=/; HttpOnly`
    else this.body = placed(isEmpty(this.body) ? undefined : this.body, path, value)
    return this
  }
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0
}
