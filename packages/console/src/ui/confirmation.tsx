import { Button } from '@mantine/core'
import { type ReactNode, useId, useLayoutEffect, useRef } from 'react'
import classes from './confirmation.module.css'

/** Asks before something is done that hurts. The browser's own dialog keeps the focus inside, and Escape leaves it. */
export function Confirmation(content: {
  readonly title: string
  readonly action: string
  readonly isUnderWay: boolean
  readonly onConfirm: () => void
  readonly onLeave: () => void
  readonly children: ReactNode
}) {
  const { title, action, isUnderWay, onConfirm, onLeave, children } = content
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
          Cancel
        </Button>
        <Button color="red" loading={isUnderWay} onClick={onConfirm}>
          {action}
        </Button>
      </div>
    </dialog>
  )
}
