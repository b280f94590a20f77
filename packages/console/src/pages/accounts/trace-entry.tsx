import type { Exchange, TraceKind, TraceReply } from '@sallyport/contract'
import { Badge } from '../../ui/badge.tsx'
import { Moment } from '../../ui/moment.tsx'
import classes from './timeline.module.css'

const purposes: Readonly<Record<TraceKind, string>> = {
  authorize: 'Authorization begun',
  callback: 'Back from the provider',
  token: 'Token asked for',
  refresh: 'Renewal',
  revoke: 'Revocation',
  test: 'Test',
  device: 'Device code',
  diagnose: 'Diagnosis',
}

/** What passed between Sallyport and the provider for one purpose: folded up, with all of it inside. */
export function TraceEntry({ trace }: { readonly trace: TraceReply }) {
  const { kind, ok, at, milliseconds, error, diagnosis, exchanges, declared } = trace
  return (
    <details className={classes.trace}>
      <summary className={classes.entry}>
        <span className={classes.what}>{purposes[kind]}</span>
        <Badge tone={ok ? 'good' : 'bad'}>{ok ? 'Succeeded' : 'Failed'}</Badge>
        <span className={classes.when}>
          {milliseconds} ms · <Moment at={at} />
        </span>
        {error && <span className={classes.why}>{error.message}</span>}
      </summary>
      <div className={classes.inside}>
        {diagnosis.map(({ code, saw, change }) => (
          <div key={code} className={classes.finding}>
            <p>
              <strong>Seen:</strong> {saw}
            </p>
            <p>
              <strong>To change:</strong> {change}
            </p>
          </div>
        ))}
        <div className={classes.sides}>
          <div>
            <h3>What passed</h3>
            {exchanges.map((exchange) => (
              <ExchangeView key={`${exchange.at} ${exchange.request.url}`} exchange={exchange} />
            ))}
          </div>
          <div>
            <h3>What the definition declares</h3>
            <Text label="Declared">{JSON.stringify(declared, undefined, 2)}</Text>
          </div>
        </div>
      </div>
    </details>
  )
}

function ExchangeView({
  exchange: { request, response, failure, milliseconds },
}: {
  readonly exchange: Exchange
}) {
  return (
    <div className={classes.exchange}>
      <p>
        <strong>{request.method}</strong> <code>{request.url}</code>
      </p>
      <Text label="Request">{message(request.headers, request.body)}</Text>
      <p>
        {response ? <strong>{response.status}</strong> : 'No answer'} after {milliseconds} ms
        {failure && `: ${failure.message}`}
      </p>
      {response && <Text label="Answer">{message(response.headers, response.body)}</Text>}
    </div>
  )
}

function message(headers: Readonly<Record<string, string>>, body: string | undefined): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  return [...lines, ...(body === undefined || body === '' ? [] : ['', body])].join('\n')
}

// A keyboard reaches what scrolls.
function Text({ label, children }: { readonly label: string; readonly children: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: so that it can be scrolled
    <section tabIndex={0} aria-label={label} className={classes.text}>
      <pre>{children}</pre>
    </section>
  )
}
