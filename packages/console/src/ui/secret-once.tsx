import { CopyButton } from './copy-button.tsx'
import classes from './secret-once.module.css'

/** A secret that Sallyport shows this once: what it is, and a way to take it along. It leaves the page with it. */
export function SecretOnce({ label, secret }: { readonly label: string; readonly secret: string }) {
  return (
    <section aria-label={label} className={classes.secret}>
      <p>
        <strong>{label}.</strong> It is shown this once: keep it where secrets are kept.
      </p>
      <code>{secret}</code>
      <CopyButton text={secret} label="Copy it" />
    </section>
  )
}
