import type { RequestTemplate } from '@sallyport/contract'
import { namesIn, type Values } from './template.ts'

/** Fields whose strings are templates; a list stands for one that comes several times. */
export type Fields = Readonly<Record<string, unknown>>

/** What a request has to be, to the last field. All strings are templates. */
export interface RequestShape {
  readonly method: string
  /** With its query, if any. */
  readonly url: string
  readonly query?: Fields
  readonly headers?: Readonly<Record<string, string>>
  /** HTTP basic, each half as it is before it is put together. */
  readonly basic?:
    | { readonly username: string; readonly password: string; readonly isEncoded?: boolean }
    | undefined
  /** Fields; or a text, which is the whole body. */
  readonly body?: unknown
  readonly format: Format
  /** Names of fields that may also be missing. */
  readonly optional?: readonly string[]
}

export type Format = NonNullable<RequestTemplate['format']>

/** Names of values that only a request itself can bring. */
const brought =
  /^(code|codeVerifier|deviceCode|redirectUri|flow\.state|token(\..+)?|jwt\.token|computed\..+|request\..+|account\..+)$/

/** Whether a template asks for a value that the account does not have, so that what it stands in is left out. */
export function isLeftOut(template: string, values: Values): boolean {
  const names = namesIn(template)
  if (names.some((name) => !Object.hasOwn(values, name) && !brought.test(name))) return true
  return template !== '' && names.length > 0 && isEmptyText(template, values)
}

function isEmptyText(template: string, values: Values): boolean {
  const rest = namesIn(template).reduce(
    (text, name) => text.replace(`{${name}}`, values[name] ?? '.'),
    template,
  )
  return rest === ''
}

/** Fields of a definition without those that are left out, in whatever depth; `null` leaves one out as well. */
export function presentFields(value: unknown, values: Values): unknown {
  if (typeof value === 'string') return isLeftOut(value, values) ? undefined : value
  if (Array.isArray(value)) {
    return value.map((item) => presentFields(item, values)).filter((item) => item !== undefined)
  }
  if (typeof value !== 'object' || value === null) return value ?? undefined
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) => {
      const present = presentFields(inner, values)
      return present === undefined ? [] : [[name, present]]
    }),
  )
}

/** All templates in fields, in whatever depth. */
export function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(textsIn)
}
