import type { ReactNode } from 'react'
import { CodeBlock } from '../../ui/code-block.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { capped } from './reply.ts'
import classes from './text-view.module.css'

/** A text from elsewhere, shown as text, whatever it holds; what is left out of a large one is said. */
export function TextView(content: {
  readonly label: string
  readonly text: string
  /** What is said beside of where it ends. */
  readonly note?: ReactNode
  readonly copy?: string
}) {
  const { label, note, copy } = content
  const { text, left } = capped(content.text)
  return (
    <div>
      <CodeBlock label={label}>{text}</CodeBlock>
      {left > 0 && (
        <p className={classes.note}>
          The first {text.length.toLocaleString('en')} characters; {left.toLocaleString('en')} more are not
          shown.
        </p>
      )}
      {note && <p className={classes.note}>{note}</p>}
      {copy && <CopyButton text={content.text} label={copy} />}
    </div>
  )
}
