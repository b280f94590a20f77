import { createContext, useContext } from 'react'
import { type Draft, valueAt } from './draft.ts'
import { Help } from './help.tsx'

/** What was found wrong, and where: by JSON Pointer. */
export interface Fault {
  readonly path: string
  readonly message: string
}

/** A text that cannot be read, and why. */
export interface Unreadable {
  readonly text: string
  readonly message: string
}

/** What every field of a form shares. */
export interface FormState {
  readonly draft: Draft
  readonly set: (pointer: string, value: unknown) => void
  /** What the API found wrong, and what cannot be sent at all. */
  readonly faults: readonly Fault[]
  /** What was written somewhere, and is nothing yet that could be sent: it is still there when its field comes back. */
  readonly unreadable: Readonly<Record<string, Unreadable>>
  readonly setUnreadable: (pointer: string, written: Unreadable | undefined) => void
  /** Where secrets are stored. */
  readonly secretsSet: readonly string[]
  /** Names of parameters; undefined where others bring them, and nobody knows. */
  readonly parameters: readonly string[] | undefined
  readonly addParameter: (name: string) => void
  /** It is there already, so what never changes does not. */
  readonly isStored: boolean
}

export const FormContext = createContext<FormState | undefined>(undefined)

/** The form that a field stands in. */
export function useForm(): FormState {
  const form = useContext(FormContext)
  if (!form) throw new Error('A field stands in no form.')
  return form
}

/** A field’s value, what is wrong with it, and how it changes. */
export function useField(pointer: string) {
  const { draft, set, faults } = useForm()
  const found = faults.filter(({ path }) => path === pointer || path.startsWith(`${pointer}/`))
  return {
    value: valueAt(draft, pointer),
    set: (value: unknown) => set(pointer, value),
    error: said(found),
    id: idOf(pointer),
  }
}

/** What is wrong with a part as a whole: at itself, or within it where no field of it stands. */
export function useFaultsOf(pointer: string, fields: readonly string[]) {
  const { faults } = useForm()
  const isUnder = (path: string, place: string) => path === place || path.startsWith(`${place}/`)
  return said(
    faults.filter(({ path }) => isUnder(path, pointer) && !fields.some((field) => isUnder(path, field))),
  )
}

/** The id of what stands for a place of the definition on the page. */
export function idOf(pointer: string): string {
  return `at${pointer}`
}

function said(faults: readonly Fault[]) {
  return faults.length === 0 ? undefined : <Help text={faults.map(({ message }) => message).join(' ')} />
}
