import { TextInput } from '@mantine/core'
import { useEffect, useState } from 'react'
import { localText, momentOf } from './local-moment.ts'

/** A moment to be chosen, in the time of whoever chooses. It is told when the field is left, as it changes with each digit. */
export function MomentField(content: {
  readonly label: string
  readonly at: string | undefined
  readonly onChange: (at: string | undefined) => void
}) {
  const { label, at, onChange } = content
  const [typed, setTyped] = useState(localText(at))
  useEffect(() => setTyped(localText(at)), [at])
  const tell = () => {
    const next = momentOf(typed)
    if (next !== at) onChange(next)
  }
  return (
    <TextInput
      type="datetime-local"
      step={1}
      label={label}
      value={typed}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onBlur={tell}
      onKeyDown={(event) => {
        if (event.key === 'Enter') tell()
      }}
    />
  )
}
