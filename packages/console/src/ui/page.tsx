import { type ReactNode, useEffect } from 'react'
import classes from './page.module.css'

/** A page: its title, which the window has too, what can be done, and what it shows. */
export function Page(content: {
  readonly title: string
  readonly beside?: ReactNode
  readonly children: ReactNode
}) {
  const { title, beside, children } = content
  useEffect(() => {
    document.title = `${title} · Sallyport`
  }, [title])
  return (
    <>
      <div className={classes.head}>
        <h1>{title}</h1>
        {beside}
      </div>
      {children}
    </>
  )
}

/** A part of a page, under a heading of its own. */
export function Section(content: {
  readonly title: string
  readonly beside?: ReactNode
  readonly children: ReactNode
}) {
  const { title, beside, children } = content
  return (
    <section className={classes.section}>
      <div className={classes.sectionHead}>
        <h2>{title}</h2>
        {beside}
      </div>
      {children}
    </section>
  )
}

/** What a place says that has nothing to show. */
export function Empty({ children }: { readonly children: ReactNode }) {
  return <p className={classes.empty}>{children}</p>
}
