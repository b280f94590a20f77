import { Button } from '@mantine/core'
import type { AuthorizeReply } from '@sallyport/contract'
import { useState } from 'react'
import { Moment } from '../../ui/moment.tsx'

/** Where the person whose account it is lets Sallyport in: here, or by an address that is sent to them. */
export function ConnectWay({ way }: { readonly way: AuthorizeReply }) {
  const address =
    'authorizationUrl' in way ? way.authorizationUrl : (way.verificationUriComplete ?? way.verificationUri)
  return (
    <>
      <p>
        <a href={address} target="_blank" rel="noreferrer">
          Go to the provider
        </a>
        , or send the address to whoever the account belongs to. It can be used until{' '}
        <Moment at={way.expiresAt} />, once. {'userCode' in way && <UserCode code={way.userCode} />}
      </p>
      <CopyButton text={address} />
    </>
  )
}

function UserCode({ code }: { readonly code: string }) {
  return (
    <>
      The provider asks for the code <code>{code}</code>.
    </>
  )
}

function CopyButton({ text }: { readonly text: string }) {
  const [label, setLabel] = useState('Copy the address')
  const copy = async () => {
    // Browsers have no clipboard on pages that came over plain http from another machine.
    const isCopied = await (navigator.clipboard?.writeText(text) ?? Promise.reject()).then(
      () => true,
      () => false,
    )
    setLabel(isCopied ? 'Copied' : 'The browser does not allow copying')
  }
  return (
    <Button size="xs" variant="default" onClick={() => void copy()}>
      {label}
    </Button>
  )
}
