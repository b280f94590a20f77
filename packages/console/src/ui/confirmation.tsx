import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import { Dialog } from './dialog.tsx'

/** Asks before something is done that hurts. */
export function Confirmation(content: {
  readonly title: string
  readonly action: string
  readonly isUnderWay: boolean
  readonly onConfirm: () => void
  readonly onLeave: () => void
  readonly children: ReactNode
}) {
  const { title, action, isUnderWay, onConfirm, onLeave, children } = content
  return (
    <Dialog
      title={title}
      onLeave={onLeave}
      ways={
        <Button color="red" loading={isUnderWay} onClick={onConfirm}>
          {action}
        </Button>
      }
    >
      {children}
    </Dialog>
  )
}
