import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { Page } from '../../ui/page.tsx'
import { Trail } from '../../ui/trail.tsx'
import classes from './settings.module.css'

/** A page of the settings: where it belongs, what it is for, and what it shows. */
export function SettingsPage(content: {
  readonly title: string
  /** The list that it belongs to, as a link. */
  readonly within?: ReactNode
  readonly beside?: ReactNode
  /** What the page is for. */
  readonly tells?: ReactNode
  readonly children: ReactNode
}) {
  const { title, within, beside, tells, children } = content
  return (
    <>
      <Trail>
        <Link to="/settings">Settings</Link>
        {within && <> › {within}</>}
      </Trail>
      <Page title={title} beside={beside}>
        {tells && <p className={classes.tells}>{tells}</p>}
        {children}
      </Page>
    </>
  )
}
