import type { Exchange, TraceKind, TraceReply } from '@sallyport/contract'
import { Badge } from '../../ui/badge.tsx'
import { CodeBlock } from '../../ui/code-block.tsx'
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
            <CodeBlock label="Declared">{JSON.stringify(declared, undefined, 2)}</CodeBlock>
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
      <CodeBlock label="Request">{message(request.headers, request.body)}</CodeBlock>
      <p>
        {response ? <strong>{response.status}</strong> : 'No answer'} after {milliseconds} ms
        {failure && `: ${failure.message}`}
      </p>
      {response && <CodeBlock label="Answer">{message(response.headers, response.body)}</CodeBlock>}
    </div>
  )
}

function message(headers: Readonly<Record<string, string>>, body: string | undefined): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  return [...lines, ...(body === undefined || body === '' ? [] : ['', body])].join('\n')
}

// A keyboard reaches what scrolls.
