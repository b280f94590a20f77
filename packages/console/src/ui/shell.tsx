import { Outlet, useLocation } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import classes from './shell.module.css'
import { SideBar } from './side-bar.tsx'

/** What is around each page. */
export function Shell() {
  const main = useRef<HTMLElement>(null)
  useFocusAfterNavigation(main)
  return (
    <>
      <a className={classes.skip} href="#main">
        Skip to the content
      </a>
      <div className={classes.shell}>
        <SideBar />
        <main id="main" ref={main} tabIndex={-1} className={classes.main}>
          <Outlet />
        </main>
      </div>
    </>
  )
}

/** A page that a link led to is where the keyboard and the screen reader go on. */
function useFocusAfterNavigation(main: React.RefObject<HTMLElement | null>): void {
  const path = useLocation({ select: ({ pathname }) => pathname })
  const last = useRef(path)
  useEffect(() => {
    if (last.current === path) return
    last.current = path
    main.current?.focus()
  }, [path, main])
}
