import { Button, TextInput } from '@mantine/core'
import type { JsonValue } from '@sallyport/contract'
import { useEffect, useRef, useState } from 'react'
import classes from './fields.module.css'
import type { Raw } from './fields.ts'
import { readJson, writeJson } from './json-text.ts'

interface Pair {
  readonly id: number
  readonly name: string
  readonly text: string
}

/** Members of an object, one a row. `isText`: values are texts, whatever they look like. */
export function Pairs(content: {
  readonly label: string
  readonly help?: string | undefined
  readonly value: Raw
  readonly error?: string | undefined
  readonly isText?: boolean
  readonly onChange: (value: Raw) => void
}) {
  const { label, help, value, error, isText = false, onChange } = content
  const ids = useRef(0)
  const list = useRef<HTMLUListElement>(null)
  const [pairs, setPairs] = useState<readonly Pair[]>(() =>
    Object.entries(value).map(([name, each]) => ({ id: ids.current++, name, text: textOf(each, isText) })),
  )
  const change = (next: readonly Pair[]) => {
    setPairs(next)
    onChange(
      Object.fromEntries(
        next.flatMap(({ name, text }) => (name === '' ? [] : [[name, readValue(text, isText)]])),
      ),
    )
  }
  const set = (id: number, part: Partial<Pair>) =>
    change(pairs.map((pair) => (pair.id === id ? { ...pair, ...part } : pair)))
  const remove = (id: number) => {
    change(pairs.filter((pair) => pair.id !== id))
    list.current?.parentElement?.querySelector<HTMLElement>('button[data-add]')?.focus()
  }
  return (
    <fieldset className={classes.pairs}>
      <legend>{label}</legend>
      {help && <p className={classes.help}>{help}</p>}
      <ul ref={list}>
        {pairs.map(({ id, name, text }, index) => (
          <li key={id}>
            <NameField
              label={`${label} ${index + 1}, name`}
              value={name}
              isTwice={pairs.some((pair) => pair.id !== id && pair.name === name && name !== '')}
              onChange={(next) => set(id, { name: next })}
            />
            <TextInput
              aria-label={`${label} ${index + 1}, value`}
              placeholder="Value"
              value={text}
              spellCheck={false}
              onChange={(event) => set(id, { text: event.currentTarget.value })}
            />
            <Button
              variant="default"
              aria-label={`Remove ${label.toLowerCase()} ${index + 1}`}
              onClick={() => remove(id)}
            >
              ×
            </Button>
          </li>
        ))}
      </ul>
      {error && <p className={classes.fault}>{error}</p>}
      <Button
        size="xs"
        variant="default"
        data-add
        onClick={() => setPairs([...pairs, { id: ids.current++, name: '', text: '' }])}
      >
        Add {label.toLowerCase()}
      </Button>
    </fieldset>
  )
}

function NameField(content: {
  readonly label: string
  readonly value: string
  readonly isTwice: boolean
  readonly onChange: (value: string) => void
}) {
  const { label, value, isTwice, onChange } = content
  const field = useRef<HTMLInputElement>(null)
  const fault = isTwice ? 'This name is there twice. Give a list as the value instead: ["a", "b"].' : ''
  useEffect(() => field.current?.setCustomValidity(fault), [fault])
  return (
    <TextInput
      ref={field}
      aria-label={label}
      placeholder="Name"
      value={value}
      error={fault}
      // A row that was just added is where somebody goes on.
      autoFocus={value === ''}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  )
}

function textOf(value: JsonValue, isText: boolean): string {
  if (typeof value === 'string') return isText ? value : writeJson(value)
  return JSON.stringify(value)
}

/** One line: what only looks like JSON is a text. */
function readValue(text: string, isText: boolean): JsonValue {
  if (isText || text === '') return text
  const read = readJson(text)
  return 'value' in read ? read.value : text
}
