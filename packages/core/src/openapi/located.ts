import { pointer } from '@sallyport/contract'

/** A value of the document, and where it stands, by JSON Pointer. */
export interface Located {
  readonly value: unknown
  readonly path: string
}

export type Members = Readonly<Record<string, unknown>>

export function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** An own member: what an object inherits is not in the document. */
export function member({ value, path }: Located, name: string): Located | undefined {
  if (!isMembers(value) || !Object.hasOwn(value, name)) return undefined
  return { value: value[name], path: path + pointer([name]) }
}

/** Each member of an object. No name is `__proto__`: an object built member by member would lose it. */
export function members({ value, path }: Located): readonly (readonly [string, Located])[] {
  if (!isMembers(value)) return []
  return Object.entries(value)
    .filter(([name]) => name !== '__proto__')
    .map(([name, inner]) => [name, { value: inner, path: path + pointer([name]) }] as const)
}

/** Each entry of a list. */
export function entriesOf(at: Located | undefined): readonly Located[] {
  if (!at || !Array.isArray(at.value)) return []
  return at.value.map((value: unknown, index) => ({ value, path: `${at.path}/${index}` }))
}

/** The text of a member, or undefined where it is none. */
export function textOf(at: Located | undefined, name: string): string | undefined {
  const value = at && member(at, name)?.value
  return typeof value === 'string' ? value : undefined
}

export function isTrue(at: Located, name: string): boolean {
  return member(at, name)?.value === true
}
