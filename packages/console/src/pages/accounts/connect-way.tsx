import type { AuthorizeReply } from '@sallyport/contract'
import { CopyButton } from '../../ui/copy-button.tsx'
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
      <CopyButton text={address} label="Copy the address" />
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
