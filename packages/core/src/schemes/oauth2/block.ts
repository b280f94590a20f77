/** An `oauth2` block, or a part of it, that may be malformed. */
export type Block = Readonly<Record<string, unknown>>

/** Its members; none where it is no object. */
export function record(value: unknown): Block {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Block) : {}
}

/** Its items; none where it is no list. */
export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
