import type { Warning } from '@sallyport/contract'
import classes from './integration.module.css'

/** What works, and its owner should know all the same. */
export function Warnings({ warnings }: { readonly warnings: readonly Warning[] }) {
  if (warnings.length === 0) return undefined
  return (
    <ul aria-label="Warnings" className={classes.warnings}>
      {warnings.map(({ code, message }) => (
        <li key={`${code} ${message}`}>{message}</li>
      ))}
    </ul>
  )
}
