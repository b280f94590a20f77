import type { AccountReply } from '@sallyport/contract'
import { Link } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { CopyButton } from '../../ui/copy-button.tsx'
import { SecretOnce } from '../../ui/secret-once.tsx'
import { type FirstCall, type ProxyReply, proxyAddress, tokenNumber } from './practice.ts'
import classes from './start-page.module.css'

/** How the account stands. */
export function Connected({ account }: { readonly account: AccountReply }) {
  const { id, status, reasonDetail } = account
  return (
    <>
      The account is <strong>{status}</strong>. {reasonDetail}{' '}
      <Link to="/accounts/$id" params={{ id }}>
        Look at it
      </Link>
    </>
  )
}

/** What the API answered, and how any program calls as this page did. */
export function FirstReply({
  account,
  first,
}: {
  readonly account: AccountReply
  readonly first: FirstCall
}) {
  const { key, reply } = first
  const command = `curl -i ${proxyAddress(account.id, 'me')} -H 'Authorization: Bearer ${key}'`
  return (
    <>
      <Reply reply={reply} />
      <SecretOnce label="The key" secret={key} />
      <CopyButton text={command} label="Copy the call as curl" />
    </>
  )
}

/** What it answered afterwards, and by which token. */
export function Mended({ before, after }: { readonly before: ProxyReply; readonly after: ProxyReply }) {
  return (
    <>
      <Reply reply={after} />
      The first call went out with token {tokenNumber(before)}, this one with token {tokenNumber(after)}.
    </>
  )
}

function Reply({ reply }: { readonly reply: ProxyReply }) {
  return (
    <>
      The API answered <strong>{reply.status}</strong>:<pre className={classes.reply}>{reply.text}</pre>
    </>
  )
}

/** Where to go on. */
export function Ending({ account }: { readonly account: AccountReply }) {
  const end = useRef<HTMLParagraphElement>(null)
  // The button that led here is gone.
  useEffect(() => end.current?.focus(), [])
  return (
    <p className={classes.end} ref={end} tabIndex={-1}>
      That is all of it.{' '}
      <Link to="/accounts/$id" params={{ id: account.id }}>
        The account’s timeline
      </Link>{' '}
      tells each exchange with the provider. Next: <Link to="/providers">an API of your own</Link>.
    </p>
  )
}
