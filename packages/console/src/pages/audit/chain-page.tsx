import { Link } from '@tanstack/react-router'
import { Page } from '../../ui/page.tsx'
import { Trail } from '../../ui/trail.tsx'
import classes from './audit.module.css'
import { Checkpoints } from './checkpoints.tsx'
import { Exporting } from './exporting.tsx'
import { Verification } from './verification.tsx'

/** Whether the audit is as it was written, and how to take it along. */
export function ChainPage() {
  return (
    <>
      <Trail>
        <Link to="/audit">Audit</Link>
      </Trail>
      <Page title="Verify and export">
        <p className={classes.tells}>
          Each entry follows from the one before by a key that is not in the database in the clear, so that
          what was changed, taken out or put in is found.
        </p>
        <Verification />
        <Checkpoints />
        <Exporting />
      </Page>
    </>
  )
}
