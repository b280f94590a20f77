import type { FormSchema } from '@sallyport/contract'
import { useCallback, useState } from 'react'
import { type Draft, valueAt, withValue } from './draft.ts'
import type { Fault, FormState, Unreadable } from './form-context.tsx'
import { parameterNames } from './placeholders.ts'

/** A definition that is being written: one draft, whichever view shows it. */
export function useDraft(content: {
  readonly schema: FormSchema
  readonly before: Draft
  readonly isStored: boolean
  readonly secretsSet: readonly string[]
  readonly found: readonly Fault[]
}) {
  const { schema, before, isStored, secretsSet, found } = content
  const [draft, setDraft] = useState(before)
  const [unreadable, setUnreadables] = useState<Readonly<Record<string, Unreadable>>>({})
  const set = useCallback(
    (pointer: string, value: unknown) =>
      setDraft((now) => {
        const next = withValue(now, pointer, value, (each) => valueAt(before, each) !== undefined)
        return pointer === '/name' && !isStored ? withKeyOfName(now, next) : next
      }),
    [before, isStored],
  )
  const setUnreadable = useCallback(
    (pointer: string, written: Unreadable | undefined) =>
      setUnreadables((now) => {
        const { [pointer]: _, ...others } = now
        return written === undefined ? others : { ...others, [pointer]: written }
      }),
    [],
  )
  const addParameter = useCallback(
    (name: string) =>
      setDraft((now) => {
        const parameters = Array.isArray(now.parameters) ? now.parameters : []
        return { ...now, parameters: [...parameters, { name, required: true }] }
      }),
    [],
  )
  const unread = Object.entries(unreadable).map(([path, { message }]) => ({ path, message }))
  const form: FormState = {
    ...{ draft, set, unreadable, setUnreadable, addParameter, secretsSet, isStored },
    faults: [...unread, ...found],
    parameters: schema.properties && 'parameters' in schema.properties ? parameterNames(draft) : undefined,
  }
  return { form, setDraft, unread }
}

/** A key that nobody has written follows the name. */
function withKeyOfName(before: Draft, after: Draft): Draft {
  return before.key === keyOf(before.name) ? { ...after, key: keyOf(after.name) } : after
}

function keyOf(name: unknown): string {
  return typeof name === 'string' ? name.replaceAll(/[^A-Za-z0-9]/g, '').slice(0, 64) : ''
}
