import type { JsonValue } from '@sallyport/contract'

/** An object as somebody edits it: it need not hold yet. */
export type Raw = Readonly<Record<string, JsonValue>>

type Plain =
  /** Texts: of one line, of several, JSONata; and any JSON, or a template. */
  | 'text'
  | 'lines'
  | 'expression'
  | 'json'
  | 'number'
  | 'flag'
  /** Lists: of texts or of numbers. */
  | 'texts'
  | 'numbers'
  /** An object of any JSON by name; one of texts alone. */
  | 'members'
  | 'headers'
  /** Where the value of the next page is sent. */
  | 'place'
  /** Names of things that are there: an adapter of an app, another operation. */
  | 'adapter'
  | 'operation'
  | 'steps'

export type Control =
  | { readonly kind: Plain }
  | { readonly kind: 'choice'; readonly choices: readonly string[]; readonly preset?: string }
  | { readonly kind: 'group'; readonly fields: Fields }
  /** One of several shapes, told apart by `kind`, or by which member is there. */
  | {
      readonly kind: 'variants'
      readonly by: 'kind' | 'member'
      readonly of: Readonly<Record<string, Variant>>
    }

export interface Variant {
  readonly label: string
  readonly blank?: Raw
  readonly fields: Fields
}

export interface Field {
  readonly label: string
  readonly help?: string
  readonly control: Control
  /** Seldom needed: folded away. */
  readonly isMore?: true
  /** Short enough to share a line with the field after it. */
  readonly isShort?: true
  /** An empty text is one, and not nothing. */
  readonly isKept?: true
}

export type Fields = Readonly<Record<string, Field>>

/** A field for each member of a part of the contract; the compiler names what is missing. */
export type FieldsOf<Of, Without extends PropertyKey = never> = {
  readonly [Name in Exclude<keyof Of, Without>]-?: Field
}

export const plain = (kind: Plain): Control => ({ kind })
export const choice = (choices: readonly string[], preset?: string): Control => ({
  ...{ kind: 'choice', choices },
  ...(preset !== undefined && { preset }),
})
