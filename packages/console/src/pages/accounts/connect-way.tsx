import { Moment } from '../../ui/moment.tsx'
import type { Way } from './use-connecting.ts'

/** Where the person whose account it is lets Sallyport in: in the window that is open, or by this link. */
export function ConnectWay({ way: { way, isOpen } }: { readonly way: Way }) {
  const address =
    'authorizationUrl' in way ? way.authorizationUrl : (way.verificationUriComplete ?? way.verificationUri)
  return (
    <p>
      {isOpen &&
        'The provider’s page is open in another window, and this page shows how it ends. No window? '}
      <a href={address} target="_blank" rel="noreferrer">
        Go to the provider
      </a>
      , until <Moment at={way.expiresAt} />. {'userCode' in way && <UserCode code={way.userCode} />}
    </p>
  )
}

function UserCode({ code }: { readonly code: string }) {
  return (
    <>
      It asks for the code <code>{code}</code>. When that is done, come back here.
    </>
  )
}
