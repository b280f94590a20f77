import classes from './integration.module.css'

/** A text as machines write it. A keyboard reaches what scrolls. */
export function ShownText({ label, children }: { readonly label: string; readonly children: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: so that it can be scrolled
    <section tabIndex={0} aria-label={label} className={classes.text}>
      <pre>{children}</pre>
    </section>
  )
}
