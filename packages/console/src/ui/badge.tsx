import type { ReactNode } from 'react'
import classes from './badge.module.css'
import { Icon } from './icon.tsx'

/** A word with a colour and a sign. */
export function Badge({
  tone,
  children,
}: {
  readonly tone: 'good' | 'warn' | 'bad' | 'calm'
  readonly children: ReactNode
}) {
  return (
    <span className={classes.badge} data-tone={tone}>
      <Icon name={tone} />
      {children}
    </span>
  )
}
