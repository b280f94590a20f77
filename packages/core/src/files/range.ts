/** Bytes of a file: from `start`, to before `end`. */
export interface Range {
  readonly start: number
  readonly end: number
}

/**
 * The single range that a Range header asks for (RFC 9110 §14.1.2). Undefined for the whole file: without the
 * header, and for several ranges, other units and what cannot be read, as the RFC has it.
 */
export function rangeOf(header: string | undefined, size: number): Range | 'unsatisfiable' | undefined {
  const [, first = '', last = ''] = /^bytes=[\t ]*(\d{0,15})-(\d{0,15})[\t ]*$/i.exec(header ?? '') ?? []
  if (first === '' && last === '') return undefined
  if (first === '') {
    const length = Math.min(Number(last), size)
    return length === 0 ? 'unsatisfiable' : { start: size - length, end: size }
  }
  const start = Number(first)
  if (last !== '' && Number(last) < start) return undefined
  if (start >= size) return 'unsatisfiable'
  return { start, end: last === '' ? size : Math.min(Number(last) + 1, size) }
}
