import { Textarea } from '@mantine/core'
import type { JsonValue } from '@sallyport/contract'
import { useEffect, useRef, useState } from 'react'
import classes from './fields.module.css'
import { readJson, writeJson } from './json-text.ts'

/** Any JSON, or a template. What is no JSON stays in the field, which is then invalid, and goes no further. */
export function JsonField(content: {
  readonly label: string
  readonly description?: string | undefined
  readonly value: JsonValue | undefined
  readonly error?: string | undefined
  readonly rows?: number
  readonly onChange: (value: JsonValue | undefined) => void
}) {
  const { label, description, value, error, rows, onChange } = content
  const [text, setText] = useState(() => writeJson(value))
  const [fault, setFault] = useState<string>()
  const field = useRef<HTMLTextAreaElement>(null)
  useEffect(() => field.current?.setCustomValidity(fault ?? ''), [fault])
  const change = (next: string) => {
    setText(next)
    const read = next.trim() === '' ? { value: undefined } : readJson(next)
    setFault('fault' in read ? read.fault : undefined)
    if ('value' in read) onChange(read.value)
  }
  return (
    <Textarea
      ref={field}
      label={label}
      description={description}
      value={text}
      error={fault ?? error}
      rows={rows ?? Math.min(16, Math.max(2, text.split('\n').length))}
      spellCheck={false}
      classNames={{ input: classes.code }}
      onChange={(event) => change(event.currentTarget.value)}
    />
  )
}

/** Whether all fields hold; the first that does not is shown, and has the focus. */
export function allHold(place: HTMLElement | null): boolean {
  const invalid = place?.querySelector<HTMLElement>('textarea:invalid, input:invalid')
  if (!invalid) return true
  for (
    let around = invalid.closest('details');
    around;
    around = around.parentElement?.closest('details') ?? null
  )
    around.open = true
  invalid.focus()
  return false
}
