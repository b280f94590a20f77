import type { FormSchema } from '@sallyport/contract'

/** What a field is told of itself. */
export interface FieldProps {
  readonly pointer: string
  readonly schema: FormSchema
  readonly title: string
  readonly help: string | undefined
  readonly isRequired: boolean
  /** Placeholders that Sallyport fills here. */
  readonly filled: readonly string[]
}
