import type { JsonValue } from '@sallyport/contract'
import { useState } from 'react'
import { type InputField, inputFields, inputOf, mayHaveMore, type Schema } from './input-fields.ts'
import { isRaw } from './steps.ts'

/** What is filled in to run an operation. */
export interface InputForm {
  readonly fields: readonly InputField[]
  /** Whether the schema allows members that it does not name. */
  readonly hasOther: boolean
  readonly texts: Readonly<Record<string, string>>
  readonly set: (name: string, text: string) => void
  readonly other: JsonValue | undefined
  readonly setOther: (value: JsonValue | undefined) => void
  /** What to send; undefined where a field holds no JSON. */
  readonly input: Record<string, JsonValue>
  readonly faults: Readonly<Record<string, string>>
}

export function useInput(schema: Schema): InputForm {
  const [texts, setTexts] = useState<Readonly<Record<string, string>>>({})
  const [other, setOther] = useState<JsonValue>()
  const fields = inputFields(schema)
  const { input, faults } = inputOf(fields, texts)
  return {
    ...{ fields, texts, other, setOther, faults },
    hasOther: mayHaveMore(schema),
    set: (name, text) => setTexts({ ...texts, [name]: text }),
    input: { ...(isRaw(other) ? other : {}), ...input },
  }
}
