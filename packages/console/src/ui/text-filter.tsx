import { TextInput } from '@mantine/core'
import { useEffect, useState } from 'react'

/** A text that narrows a list down when its field is left, or by Enter. */
export function TextFilter(content: {
  readonly label: string
  readonly placeholder?: string
  readonly value: string | undefined
  readonly onChange: (text: string) => void
}) {
  const { label, placeholder, value = '', onChange } = content
  const [typed, setTyped] = useState(value)
  useEffect(() => setTyped(value), [value])
  const tell = () => {
    if (typed.trim() !== value) onChange(typed.trim())
  }
  return (
    <TextInput
      label={label}
      placeholder={placeholder ?? ''}
      maxLength={64}
      value={typed}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onBlur={tell}
      onKeyDown={(event) => {
        if (event.key === 'Enter') tell()
      }}
    />
  )
}
