import { Button } from '@mantine/core'
import { useState } from 'react'

/** Puts a text on the clipboard, and says whether it did. `label` says what is copied: “Copy the address”. */
export function CopyButton({ text, label }: { readonly text: string; readonly label: string }) {
  const [said, setSaid] = useState<string>()
  const copy = async () => {
    // Browsers have no clipboard on pages that came over plain http from another machine.
    const isCopied = await (navigator.clipboard?.writeText(text) ?? Promise.reject()).then(
      () => true,
      () => false,
    )
    setSaid(isCopied ? 'Copied' : 'The browser does not allow copying')
  }
  return (
    <Button size="xs" variant="default" aria-live="polite" onClick={() => void copy()}>
      {said ?? label}
    </Button>
  )
}
