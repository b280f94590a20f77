import { type AnyEventReply, type CallEventReply, type ErrorCode, errors } from '@sallyport/contract'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { Badge } from '../../ui/badge.tsx'
import { CodeBlock } from '../../ui/code-block.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { Facts } from '../../ui/facts.tsx'
import { Loaded } from '../../ui/loaded.tsx'
import { ExactMoment } from '../../ui/moment.tsx'
import { Empty, Page, Section } from '../../ui/page.tsx'
import { Trail } from '../../ui/trail.tsx'
import { StatusBadge } from '../accounts/status-badge.tsx'
import classes from './events.module.css'
import { event as eventOf } from './queries.ts'
import { isCall, resultOf, titleOf, toneOf } from './words.ts'

/** One event: all that is known of it, and where to look on. */
export function EventPage() {
  const { id } = useParams({ from: '/events/$id' })
  const query = useQuery(eventOf(id))
  const event = query.data ?? undefined
  return (
    <>
      <Trail>
        <Link to="/events">Events</Link>
      </Trail>
      <Page title={event ? titleOf(event) : 'Event'} beside={event && <Result event={event} />}>
        <Loaded query={query} rows={6}>
          {(found) =>
            found === null ? (
              <Empty>There is no such event. Events are kept for 30 days, unless it was set otherwise.</Empty>
            ) : (
              <>
                <Section title="Details">
                  <EventFacts event={found} />
                </Section>
                {isCall(found) && <Phases call={found} />}
                <Section
                  title="As the API has it"
                  beside={<CopyButton text={json(found)} label="Copy as JSON" />}
                >
                  <CodeBlock label="JSON">{json(found)}</CodeBlock>
                </Section>
              </>
            )
          }
        </Loaded>
      </Page>
    </>
  )
}

function json(event: AnyEventReply): string {
  return JSON.stringify(event, undefined, 2)
}

function Result({ event }: { readonly event: AnyEventReply }) {
  if (isCall(event)) return <Badge tone={toneOf(event)}>{resultOf(event)}</Badge>
  return event.data.status && <StatusBadge status={event.data.status} />
}

function EventFacts({ event }: { readonly event: AnyEventReply }) {
  const { id, at, account, accountName, integration, environment } = event
  const facts = {
    When: <ExactMoment at={at} />,
    Account: account && (
      <>
        <Link to="/accounts/$id" params={{ id: account }}>
          {accountName ?? account}
        </Link>
        {', '}
        <Link to="/events" search={{ account }}>
          its events
        </Link>
      </>
    ),
    Integration: integration && (
      <>
        <Link to="/integrations/$key" params={{ key: integration }}>
          {integration}
        </Link>
        {', '}
        <Link to="/events" search={{ integration }}>
          its events
        </Link>
      </>
    ),
    Environment: environment,
    ...(isCall(event) ? callFacts(event) : changeFacts(event)),
    'Event id': <code>{id}</code>,
  }
  return <Facts facts={facts} />
}

function callFacts({ data }: CallEventReply) {
  const { requestId, key, host, status, code, brokenBy, attempts, bytes } = data
  return {
    Request: (
      <>
        <code>{requestId}</code>{' '}
        <Link to="/events" search={{ request: requestId }}>
          all of it
        </Link>
      </>
    ),
    'API key':
      key === undefined ? (
        'the operator’s own'
      ) : (
        <>
          <Link to="/keys/$id" params={{ id: key }}>
            <code>{key}</code>
          </Link>
          {', '}
          <Link to="/events" search={{ key }}>
            its calls
          </Link>
        </>
      ),
    Host: host ?? 'nothing was sent',
    Answered: status ?? 'the caller had left',
    Error: code && `${code}: ${messageOf(code)}`,
    'Broken off by': brokenBy && (brokenBy === 'caller' ? 'the caller' : 'the API'),
    Attempts: attempts,
    Bytes: `${bytes.up} to the API, ${bytes.down} from it`,
  }
}

function messageOf(code: string): string {
  return Object.hasOwn(errors, code) ? errors[code as ErrorCode].message : ''
}

function changeFacts({ data }: Exclude<AnyEventReply, CallEventReply>) {
  const { previousStatus, reason, reasonDetail, reconnectBy, revocation } = data
  return {
    Before: previousStatus && <StatusBadge status={previousStatus} />,
    Why: reasonDetail ?? reason,
    Reason: reason && <code>{reason}</code>,
    'Reconnect by': reconnectBy && <ExactMoment at={reconnectBy} />,
    'At the provider': revocation && `revocation ${revocation}`,
  }
}

const phases = [
  ['queued', 'until it had its turn'],
  ['token', 'until there was a token'],
  ['connect', 'until a connection took it'],
  ['firstByte', 'until the reply began'],
] as const

/** Where the time of a call went; what it did not come to, or did not wait in, is absent. */
function Phases({ call }: { readonly call: CallEventReply }) {
  const { total, ...parts } = call.data.milliseconds
  const known = phases.flatMap(([name, label]) => {
    const value = parts[name]
    return value === undefined ? [] : [{ label, value }]
  })
  const rest = total - known.reduce((sum, { value }) => sum + value, 0)
  return (
    <Section title={`${Math.round(total)} ms`}>
      <ul className={classes.phases}>
        {[...known, { label: 'until its last byte', value: Math.max(0, rest) }].map(({ label, value }) => (
          <li key={label}>
            <span>{label}</span>
            <meter min={0} max={Math.max(total, 1)} value={value} aria-label={label} />
            <span>{value.toFixed(1)} ms</span>
          </li>
        ))}
      </ul>
    </Section>
  )
}
