import { Button, TextInput } from '@mantine/core'
import { useEffect, useState } from 'react'
import classes from './search-field.module.css'

/** Searches when it is left, or by Enter: a list that changes under each letter cannot be read out. */
export function SearchField(content: {
  readonly text: string
  readonly placeholder: string
  readonly onSearch: (text: string) => void
}) {
  const { text, placeholder, onSearch } = content
  const [typed, setTyped] = useState(text)
  useEffect(() => setTyped(text), [text])
  return (
    <form
      className={classes.search}
      onSubmit={(event) => {
        event.preventDefault()
        onSearch(typed.trim())
      }}
    >
      <TextInput
        type="search"
        label="Search"
        placeholder={placeholder}
        maxLength={200}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      <Button type="submit" variant="default">
        Search
      </Button>
    </form>
  )
}
