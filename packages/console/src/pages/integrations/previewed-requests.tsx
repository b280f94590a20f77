import type { IntegrationPreviewReply, PreviewedRequest, PreviewPurpose } from '@sallyport/contract'
import { CopyButton } from '../../ui/copy-button.tsx'
import { asCurl } from './curl.ts'
import classes from './request-preview.module.css'

const purposes: Readonly<Record<PreviewPurpose, string>> = {
  discovery: 'Discovery',
  registration: 'Client registration',
  pushed_authorization: 'Pushed authorization',
  authorization: 'Authorization',
  temporary_credentials: 'Temporary credentials',
  device_authorization: 'Device authorization',
  step: 'Step of the login',
  token: 'Token',
  follow_up: 'Request that follows the token',
  refresh: 'Refresh',
  revocation: 'Revocation',
  test: 'Test request',
  call: 'Call to the API',
  files: 'Login for files',
}

/** Requests in the order of an account's life, each as it would go out. */
export function PreviewedRequests({ preview }: { readonly preview: IntegrationPreviewReply }) {
  const { requests, unavailable } = preview
  return (
    <>
      {requests.map((request) => (
        <RequestView key={JSON.stringify(request)} request={request} />
      ))}
      {unavailable.map(({ purpose, message }) => (
        <div key={`${purpose} ${message}`} className={classes.request}>
          <h3>{purposes[purpose]}</h3>
          <p>{message}</p>
        </div>
      ))}
    </>
  )
}

function RequestView({ request }: { readonly request: PreviewedRequest }) {
  const { purpose, follows = [], opensIn, assertions = [] } = request
  const title = purposes[purpose]
  return (
    <div className={classes.request}>
      <div className={classes.head}>
        <h3>{title}</h3>
        {opensIn === undefined && <CopyButton text={asCurl(request)} label={`Copy as cURL`} />}
      </div>
      {opensIn !== undefined && <p>A page that whoever authorizes is sent to.</p>}
      {follows.length > 0 && (
        <p>Depends on the answer to: {follows.map((each) => purposes[each].toLowerCase()).join(', ')}.</p>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: so that it can be scrolled */}
      <section tabIndex={0} aria-label={title} className={classes.text}>
        <pre>{textOf(request)}</pre>
      </section>
      {assertions.map((assertion) => (
        <section
          key={JSON.stringify(assertion)}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: so that it can be scrolled
          tabIndex={0}
          aria-label={`JWT of ${title}`}
          className={classes.text}
        >
          <p>The JWT in it says:</p>
          <pre>{JSON.stringify(assertion, undefined, 2)}</pre>
        </section>
      ))}
    </div>
  )
}

/** As it goes over the wire, but for a form and a query: each of their fields on a line of its own. */
function textOf({ method, url, headers, body }: PreviewedRequest): string {
  return [
    `${method} ${byField(url)}`,
    ...headers.map(({ name, value }) => `${name}: ${value}`),
    ...(body === undefined ? [] : ['', /^\s*[[{<]/.test(body) ? body : byField(body)]),
  ].join('\n')
}

function byField(text: string): string {
  return text.replace(/[?&](?=[^?&]*=)/g, (mark) => `\n  ${mark}`)
}
