import { Tabs } from '@mantine/core'
import type { DryRequest, JsonValue, StepTrace } from '@sallyport/contract'
import type { ReactNode } from 'react'
import { Failure } from '../../api/failure.ts'
import { Badge } from '../../ui/badge.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import classes from './outcome-view.module.css'
import { type ApiReply, endOf, pagesIn, pretty, replyIn } from './reply.ts'
import type { Outcome } from './run.ts'
import { TextView } from './text-view.tsx'
import { TimelineView } from './timeline-view.tsx'

/** All that is known of a run. */
export interface Ran {
  readonly outcome?: Outcome | undefined
  readonly error?: unknown
  readonly sent?: DryRequest | undefined
}

/** What came of a run: the reply or the output, what was sent, how long what took, and the same for a shell. */
export function OutcomeView({ outcome, error, sent }: Ran) {
  const trace = traceOf(outcome, error)
  const upstream = error instanceof Failure ? error.problem?.upstream : undefined
  const tabs = [
    ...outcomeTabs(outcome),
    ...(upstream ? [tab('Reply', <UpstreamView {...upstream} />)] : []),
    ...(sent ? [tab('Sent', <SentView request={sent} />)] : []),
    ...(trace ? [tab('Trace', <TimelineView trace={trace} />)] : []),
    ...(sent?.curl ? [tab('cURL', <CurlView curl={sent.curl} />)] : []),
  ]
  const [first] = tabs
  return (
    <div className={classes.outcome}>
      {error !== undefined && error !== null && <ProblemAlert error={error} />}
      <Summary outcome={outcome} trace={trace} />
      {first && (
        <Tabs key={tabs.map(({ name }) => name).join()} defaultValue={first.name} keepMounted={false}>
          <Tabs.List aria-label="What came of it">
            {tabs.map(({ name }) => (
              <Tabs.Tab key={name} value={name}>
                {name}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          {tabs.map(({ name, content }) => (
            <Tabs.Panel key={name} value={name} className={classes.panel}>
              {content}
            </Tabs.Panel>
          ))}
        </Tabs>
      )}
    </div>
  )
}

interface Tab {
  readonly name: string
  readonly content: ReactNode
}

function tab(name: string, content: ReactNode): Tab {
  return { name, content }
}

function traceOf(outcome: Outcome | undefined, error: unknown): readonly StepTrace[] | undefined {
  if (error instanceof Failure) return error.problem?.trace
  return outcome?.kind === 'value' ? outcome.reply.trace : undefined
}

function outcomeTabs(outcome: Outcome | undefined): Tab[] {
  if (!outcome) return []
  if (outcome.kind === 'body') {
    const note = outcome.isCut ? 'Only the beginning of the body was read.' : undefined
    return [tab('Body', <TextView label="Body" text={outcome.text} note={note} copy="Copy the body" />)]
  }
  const { output } = outcome.reply
  const reply = replyIn(output)
  if (!reply) return [tab('Output', <OutputView output={output} />)]
  return [
    tab('Body', <TextView label="Body" text={pretty(reply.body)} copy="Copy the body" />),
    tab('Headers', <HeadersView headers={reply.headers} />),
  ]
}

function OutputView({ output }: { readonly output: JsonValue | undefined }) {
  const pages = pagesIn(output)
  return (
    <TextView
      label="Output"
      text={pretty(pages ? [...pages.items] : output)}
      note={pages && endOf(pages)}
      copy="Copy the output"
    />
  )
}

function Summary({
  outcome,
  trace,
}: {
  readonly outcome: Outcome | undefined
  readonly trace: readonly StepTrace[] | undefined
}) {
  if (!outcome) return undefined
  const reply = outcome.kind === 'value' ? replyIn(outcome.reply.output) : undefined
  const took = trace?.reduce((total, { milliseconds }) => total + milliseconds, 0)
  const down = trace
    ?.flatMap(({ requests = [] }) => requests)
    .reduce((total, { bytes }) => total + bytes.down, 0)
  return (
    <p role="status" className={classes.summary}>
      {reply ? <StatusOf reply={reply} /> : <Badge tone="good">Done</Badge>}
      {took !== undefined && <span>{Math.round(took)} ms</span>}
      {down !== undefined && down > 0 && <span>{down.toLocaleString('en')} bytes</span>}
      {outcome.kind === 'body' && <span>{outcome.contentType}</span>}
    </p>
  )
}

function StatusOf({ reply: { status } }: { readonly reply: ApiReply }) {
  return (
    <Badge tone={status < 300 ? 'good' : status < 400 ? 'calm' : status < 500 ? 'warn' : 'bad'}>
      {status}
    </Badge>
  )
}

function UpstreamView({ status, body }: { readonly status: number; readonly body?: JsonValue | undefined }) {
  return (
    <TextView
      label="Reply"
      text={pretty(body)}
      note={`The API answered ${status}. Its secrets are replaced.`}
    />
  )
}

function HeadersView({ headers }: { readonly headers: Readonly<Record<string, string>> }) {
  return (
    <dl className={classes.headers}>
      {Object.entries(headers).map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

/** The first request, exactly as it goes out, secrets but for. */
export function SentView({ request }: { readonly request: DryRequest }) {
  const { method, url, headers, body, isBase64 } = request
  const lines = headers.map(({ name, value }) => `${name}: ${value}`)
  const text = [`${method} ${url}`, ...lines, ...(body === undefined ? [] : ['', body])].join('\n')
  return (
    <TextView
      label="Sent"
      text={text}
      note={`The first request${isBase64 ? ', its body in base64' : ''}. *** stands in place of each secret.`}
    />
  )
}

/** The same request as a command of a shell. */
export function CurlView({ curl }: { readonly curl: NonNullable<DryRequest['curl']> }) {
  return (
    <>
      <h3>Through Sallyport</h3>
      <TextView
        label="cURL through Sallyport"
        text={curl.passage}
        note="Set SALLYPORT_KEY to a key that may call by the account."
      />
      <CopyButton text={curl.passage} label="Copy as cURL through Sallyport" />
      <h3>To the API itself</h3>
      <TextView
        label="cURL to the API"
        text={curl.api}
        note="Set the variables to the secrets of the account."
      />
      <CopyButton text={curl.api} label="Copy as cURL to the API" />
    </>
  )
}
