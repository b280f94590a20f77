import { Button } from '@mantine/core'
import { type ReactNode, useId, useLayoutEffect, useRef } from 'react'
import classes from './dialog.module.css'

/** Something to do before one goes on. The browser's own dialog keeps the focus inside, and Escape leaves it. */
export function Dialog(content: {
  readonly title: string
  readonly onLeave: () => void
  /** The buttons beside the one that leaves it; without any it is only read. */
  readonly ways?: ReactNode
  readonly children: ReactNode
}) {
  const { title, onLeave, ways, children } = content
  const dialog = useRef<HTMLDialogElement>(null)
  const heading = useId()
  // Closed while it still stands in the page, so that the focus goes back to where it was.
  useLayoutEffect(() => {
    const shown = dialog.current
    shown?.showModal()
    return () => shown?.close()
  }, [])
  return (
    <dialog ref={dialog} aria-labelledby={heading} className={classes.dialog} onCancel={onLeave}>
      <h2 id={heading}>{title}</h2>
      {children}
      <div className={classes.ways}>
        <Button variant="default" onClick={onLeave}>
          {ways === undefined ? 'Close' : 'Cancel'}
        </Button>
        {ways}
      </div>
    </dialog>
  )
}
