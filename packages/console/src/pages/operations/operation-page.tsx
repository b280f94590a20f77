import { Button } from '@mantine/core'
import type { OperationReply } from '@sallyport/contract'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { ownUser } from '../../api/queries.ts'
import { request } from '../../api/request.ts'
import { useChange } from '../../api/use-change.ts'
import { Confirmation } from '../../ui/confirmation.tsx'
import { Facts } from '../../ui/facts.tsx'
import { Loaded } from '../../ui/loaded.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Page, Section } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import { Trail } from '../../ui/trail.tsx'
import { type Caller, CallerChoice } from './caller-choice.tsx'
import { draftOf } from './draft.ts'
import classes from './operation-page.module.css'
import { operation } from './queries.ts'
import { describedInput } from './run.ts'
import { RunSection } from './run-section.tsx'
import { wordsOf } from './step-kinds.ts'
import { isRaw } from './steps.ts'
import { useInput } from './use-input.ts'
import { useRun } from './use-run.ts'

/** A saved operation: run by a form of its inputs, and what it is. */
export function OperationPage() {
  const { key } = useParams({ from: '/operations/$key' })
  const query = useQuery(operation(key))
  const scopes = useQuery(ownUser).data?.scopes ?? []
  return (
    <>
      <Trail>
        <Link to="/operations">Operations</Link>
      </Trail>
      <Page title={query.data?.name ?? 'Operation'} beside={query.data && <code>{query.data.key}</code>}>
        <Loaded query={query} rows={6}>
          {(saved) => (
            <>
              {saved.description && <p className={classes.description}>{saved.description}</p>}
              {scopes.includes('operations:write') && <Ways saved={saved} />}
              {scopes.includes('operations:run') && <Run key={saved.updatedAt} saved={saved} />}
              <WhatItDoes saved={saved} />
            </>
          )}
        </Loaded>
      </Page>
    </>
  )
}

function Ways({ saved: { key, name } }: { readonly saved: OperationReply }) {
  const navigate = useNavigate()
  const [isAsked, setAsked] = useState(false)
  const deletion = useChange(
    () => request('DELETE', '/v1/operations/{key}', { params: { key } }),
    ['operations'],
    () => setAsked(false),
  )
  const remove = () => deletion.mutate(undefined, { onSuccess: () => void navigate({ to: '/operations' }) })
  return (
    <div className={classes.ways}>
      <Link to="/operations/$key/edit" params={{ key }}>
        Edit
      </Link>
      <Button size="xs" variant="default" onClick={() => setAsked(true)}>
        Delete…
      </Button>
      {deletion.error && <ProblemAlert error={deletion.error} />}
      {isAsked && (
        <Confirmation
          title={`Delete ${name}?`}
          action="Delete"
          isUnderWay={deletion.isPending}
          onConfirm={remove}
          onLeave={() => setAsked(false)}
        >
          <p>Whatever runs it by its key fails from then on, and so do operations that run it.</p>
        </Confirmation>
      )}
    </div>
  )
}

function Run({ saved }: { readonly saved: OperationReply }) {
  const { account } = useSearch({ from: '/operations/$key' })
  const [caller, setCaller] = useState<Caller>(account === undefined ? {} : { account })
  const draft = draftOf(saved)
  const described = useMutation({
    mutationFn: () => describedInput(saved.key, { input: form.input, account: caller.account }),
  })
  const form = useInput(described.data ?? (isRaw(draft.input) ? draft.input : {}))
  const subject = { key: saved.key, operation: draft }
  const ran = useRun(subject)
  return (
    <RunSection title="Run" account={caller.account} {...{ subject, form, ran }}>
      <div className={classes.caller}>
        <CallerChoice caller={caller} integration={saved.integration} onChange={setCaller} />
      </div>
      {saved.inputFrom && (
        <div className={classes.caller}>
          <Button
            size="xs"
            variant="default"
            loading={described.isPending}
            onClick={() => described.mutate()}
          >
            Ask the API for the fields
          </Button>
          {described.error && <ProblemAlert error={described.error} />}
        </div>
      )}
    </RunSection>
  )
}

function WhatItDoes({ saved }: { readonly saved: OperationReply }) {
  const { integration, adapter, provider, timeoutSeconds, steps, createdAt, updatedAt } = saved
  return (
    <Section title="What it does">
      <ol className={classes.steps}>
        {steps.map((step) => (
          <li key={step.name}>
            <strong>{step.name}</strong> {wordsOf(step.kind)?.label}
            {step.kind === 'http' && (
              <>
                {' '}
                <code>
                  {step.method} {step.url ?? `/${step.path.replace(/^\//, '')}`}
                </code>
              </>
            )}
            {step.description && <p>{step.description}</p>}
          </li>
        ))}
      </ol>
      <Facts
        facts={{
          Integration: integration,
          Adapter: adapter,
          'From the catalogue': provider,
          'Seconds at most': timeoutSeconds,
          Created: <Moment at={createdAt} />,
          Changed: <Moment at={updatedAt} />,
        }}
      />
    </Section>
  )
}
