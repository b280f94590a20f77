import type { ReactNode } from 'react'
import classes from './trail.module.css'

/** The way back to what this page belongs to, as links. */
export function Trail({ children }: { readonly children: ReactNode }) {
  return (
    <nav aria-label="Where this is" className={classes.trail}>
      {children}
    </nav>
  )
}
