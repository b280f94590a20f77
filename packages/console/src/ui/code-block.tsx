import classes from './code-block.module.css'

/** Text as it is, which a keyboard reaches, as what scrolls has to be reached. */
export function CodeBlock({ label, children }: { readonly label: string; readonly children: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: so that it can be scrolled
    <section tabIndex={0} aria-label={label} className={classes.block}>
      <pre>{children}</pre>
    </section>
  )
}
