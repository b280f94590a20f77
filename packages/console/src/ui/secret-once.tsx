import { CopyButton } from './copy-button.tsx'
import classes from './secret-once.module.css'

/** A secret that Sallyport shows this once: what it is, and a way to take it along. It leaves the page with it. */
export function SecretOnce(content: {
  readonly label: string
  readonly secret: string
  /** What to do with it, where that is not to keep it. */
  readonly advice?: string
}) {
  const { label, secret, advice = 'keep it where secrets are kept' } = content
  return (
    <section aria-label={label} className={classes.secret}>
      <p>
        <strong>{label}.</strong> It is shown this once: {advice}.
      </p>
      <code>{secret}</code>
      <CopyButton text={secret} label="Copy it" />
    </section>
  )
}
