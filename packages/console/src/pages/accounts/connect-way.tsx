import { CopyButton } from '../../ui/copy-button.tsx'
import { Moment } from '../../ui/moment.tsx'
import type { Way } from './use-connecting.ts'

/** Where the person whose account it is lets Sallyport in: in the window that is open, here, or by an address that is sent to them. */
export function ConnectWay({ way: { way, isOpen } }: { readonly way: Way }) {
  const address =
    'authorizationUrl' in way ? way.authorizationUrl : (way.verificationUriComplete ?? way.verificationUri)
  const link = (
    <a href={address} target="_blank" rel="noreferrer">
      Go to the provider
    </a>
  )
  return (
    <>
      <p>
        {isOpen ? (
          <>
            The provider’s page is open in another window, and this page shows how it ends. No window? {link}
          </>
        ) : (
          link
        )}
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
