import { Button } from '@mantine/core'
import type { ConnectLinkReply } from '@sallyport/contract'
import { useQuery } from '@tanstack/react-query'
import { ownUser } from '../../api/queries.ts'
import { request } from '../../api/request.ts'
import { useChange } from '../../api/use-change.ts'
import { CopyButton } from '../../ui/copy-button.tsx'
import { Moment } from '../../ui/moment.tsx'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import classes from './account-form.module.css'

/** Long enough for somebody who is asleep. */
const daySeconds = 86_400

/** What a link connects: an account that is there, or one that it makes. */
type Connected =
  | { readonly integration: string; readonly account: string }
  | { readonly integration: string; readonly name?: string; readonly environment?: string }

/** A link for whoever an account belongs to, who needs no log-in here. */
export function useConnectLink() {
  return useChange(
    (what: Connected) =>
      request('POST', '/v1/connect-links', { body: { ...what, expiresInSeconds: daySeconds } }),
    ['accounts'],
  )
}

/** The link, which is shown this once. */
export function LinkToSend({ link: { url, expiresAt } }: { readonly link: ConnectLinkReply }) {
  return (
    <section aria-label="Link to send">
      <p>
        <strong>Send this link to whoever the account belongs to.</strong> Whoever opens it first connects the
        account, on a page that asks for no log-in here. It is shown this once, and can be used once, until{' '}
        <Moment at={expiresAt} />.
      </p>
      <p>
        <code>{url}</code>
      </p>
      <CopyButton text={url} label="Copy the link" />
    </section>
  )
}

/** In place of filling in what only somebody else knows. */
export function LinkInstead({ what }: { readonly what: Connected }) {
  const change = useConnectLink()
  const mayConnect = useQuery(ownUser).data?.scopes.includes('accounts:connect') ?? false
  if (!mayConnect) return undefined
  return (
    <section aria-label="Somebody else’s account" className={classes.instead}>
      <p className={classes.note}>
        Is it somebody else’s? A link has them connect it, with no log-in here: they fill in what is asked
        for.
      </p>
      {change.error && <ProblemAlert error={change.error} />}
      <Button variant="default" loading={change.isPending} onClick={() => change.mutate(what)}>
        Make a link to send
      </Button>
      <div role="status">{change.data && <LinkToSend link={change.data} />}</div>
    </section>
  )
}
