/** A definition as it is being written: JSON, whatever is in it. */
export type Draft = Readonly<Record<string, unknown>>

/** The names that a JSON Pointer (RFC 6901) leads through. */
export function segmentsOf(pointer: string): readonly string[] {
  if (pointer === '') return []
  return pointer
    .slice(1)
    .split('/')
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'))
}

/** The pointer to a member of what another one leads to. */
export function within(pointer: string, name: string | number): string {
  return `${pointer}/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`
}

/** What a pointer leads to; undefined where there is nothing. */
export function valueAt(root: unknown, pointer: string): unknown {
  return segmentsOf(pointer).reduce<unknown>(
    (holder, name) => (isHolder(holder) && Object.hasOwn(holder, name) ? holder[name] : undefined),
    root,
  )
}

/**
 * The same draft with another value there; undefined takes it away, and with it what it leaves empty, unless `keeps`
 * says that it is to stay.
 */
export function withValue(
  draft: Draft,
  pointer: string,
  value: unknown,
  keeps: (pointer: string) => boolean = () => false,
): Draft {
  return changed(draft, { path: '', names: segmentsOf(pointer), value, keeps }) as Draft
}

interface Change {
  readonly path: string
  readonly names: readonly string[]
  readonly value: unknown
  readonly keeps: (pointer: string) => boolean
}

function changed(holder: unknown, { path, names, value, keeps }: Change): unknown {
  const [name, ...rest] = names
  if (name === undefined) return value
  const inner = within(path, name)
  if (Array.isArray(holder)) {
    const next = changed(holder[Number(name)], { path: inner, names: rest, value, keeps })
    return next === undefined ? holder.toSpliced(Number(name), 1) : holder.with(Number(name), next)
  }
  const object = isObject(holder) ? holder : {}
  const next = changed(valueAt(object, within('', name)), { path: inner, names: rest, value, keeps })
  const isEmptied = rest.length > 0 && value === undefined && isObject(next) && isEmpty(next)
  if (next !== undefined && (!isEmptied || keeps(inner))) return { ...object, [name]: next }
  return Object.fromEntries(Object.entries(object).filter(([each]) => each !== name))
}

/** Whether two JSON values are the same, in whatever order their members are. */
export function isSame(left: unknown, right: unknown): boolean {
  if (left === right) return true
  if (Array.isArray(left) || Array.isArray(right)) {
    return (
      Array.isArray(left) &&
      Array.isArray(right) &&
      left.length === right.length &&
      left.every((each, index) => isSame(each, right[index]))
    )
  }
  if (!isObject(left) || !isObject(right)) return false
  const names = Object.keys(left)
  return (
    names.length === Object.keys(right).length &&
    names.every((name) => Object.hasOwn(right, name) && isSame(left[name], right[name]))
  )
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return isHolder(value) && !Array.isArray(value)
}

function isHolder(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function isEmpty(value: object): boolean {
  return Object.keys(value).length === 0
}
