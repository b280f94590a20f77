import { useQuery } from '@tanstack/react-query'
import { Link, useLocation } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { ownUser } from '../api/queries.ts'
import { Icon } from './icon.tsx'
import { PersonMenu } from './person-menu.tsx'
import { sections } from './sections.ts'
import classes from './side-bar.module.css'

/** Where one can go, and who one is; folded away where there is no room for it. */
export function SideBar() {
  const [isOpen, setOpen] = useState(false)
  const scopes = useQuery(ownUser).data?.scopes ?? []
  const open = sections.filter(({ scope }) => scope === undefined || scopes.includes(scope))
  const path = useLocation({ select: ({ pathname }) => pathname })
  // biome-ignore lint/correctness/useExhaustiveDependencies: it closes when the page changes
  useEffect(() => setOpen(false), [path])
  return (
    <header className={classes.side}>
      <div className={classes.bar}>
        <div className={classes.top}>
          <Link to="/" className={classes.product}>
            <Icon name="passage" />
            Sallyport
          </Link>
          <button
            type="button"
            className={classes.toggle}
            aria-expanded={isOpen}
            aria-controls="sections"
            onClick={() => setOpen(!isOpen)}
          >
            Menu
          </button>
        </div>
        <div id="sections" className={classes.folded} data-open={isOpen || undefined}>
          <nav aria-label="Sections" className={classes.sections}>
            {open.map(({ to, label, icon }) => (
              <Link key={to} to={to} activeOptions={{ exact: to === '/', includeSearch: false }}>
                <Icon name={icon} />
                {label}
              </Link>
            ))}
          </nav>
          <PersonMenu />
        </div>
      </div>
    </header>
  )
}
