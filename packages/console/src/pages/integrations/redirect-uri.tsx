import { CopyButton } from '../../ui/copy-button.tsx'
import { Section } from '../../ui/page.tsx'
import classes from './integration.module.css'

/** Where the provider sends browsers back to: it has to be told. */
export function RedirectUri({ uri }: { readonly uri: string }) {
  return (
    <Section title="Redirect URI">
      <p>Register this address at the provider, exactly as it stands.</p>
      <div className={classes.copied}>
        <code>{uri}</code>
        <CopyButton text={uri} label="Copy the redirect URI" />
      </div>
    </Section>
  )
}
