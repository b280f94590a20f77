import { Button, NativeSelect } from '@mantine/core'
import type { RevocationReply } from '@sallyport/contract'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { request } from '../../api/request.ts'
import { useChange } from '../../api/use-change.ts'
import { Badge } from '../../ui/badge.tsx'
import { ChangeProblem } from '../../ui/change-problem.tsx'
import { Facts } from '../../ui/facts.tsx'
import { Filters } from '../../ui/filters.tsx'
import { Loaded } from '../../ui/loaded.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Empty, Section } from '../../ui/page.tsx'
import { Pager } from '../../ui/pager.tsx'
import { Progress } from '../../ui/progress.tsx'
import { Table } from '../../ui/table.tsx'
import { filterWords } from './revocation-filter.ts'
import { revocation, revokedAccounts } from './revocation-queries.ts'
import { revokedStateOf, revokedStates } from './revocation-search.ts'
import { SettingsPage } from './settings-page.tsx'

/** How far a revocation has come, and the accounts that are left. */
export function RevocationPage() {
  const { id } = useParams({ from: '/settings/revocations/$id' })
  const query = useQuery(revocation(id))
  return (
    <SettingsPage
      title="Revocation"
      within={<Link to="/settings/revocations">Revoke many accounts</Link>}
      beside={
        query.data && (
          <Badge tone={query.data.status === 'running' ? 'warn' : 'good'}>
            {query.data.status === 'running' ? 'Under way' : 'Done'}
          </Badge>
        )
      }
    >
      <Loaded query={query} rows={5}>
        {(run) => (
          <>
            <Section title={filterWords(run.filter)}>
              <Standing run={run} />
            </Section>
            <Section title="Accounts">
              <Accounts run={run} />
            </Section>
          </>
        )}
      </Loaded>
    </SettingsPage>
  )
}

function Standing({ run }: { readonly run: RevocationReply }) {
  const { id, status, done, total, revoked, unsupported, failed, gone, remaining, startedAt, endedAt } = run
  const change = useChange(
    (_: undefined) => request('POST', '/v1/revocations/{id}/retry', { params: { id } }),
    ['revocations'],
  )
  return (
    <>
      <ChangeProblem change={change} />
      <Progress label="Accounts that are done with" done={done} total={total} of="accounts" />
      <Facts
        facts={{
          'The provider was told': revoked,
          'The provider has no way to be told': unsupported,
          'The provider refused, or was out of reach': failed,
          'Deleted before their turn': gone,
          'Not done yet': remaining,
          Begun: <Moment at={startedAt} />,
          Ended: endedAt === undefined ? undefined : <Moment at={endedAt} />,
        }}
      />
      {status === 'running' && (
        <Button variant="default" loading={change.isPending} onClick={() => change.mutate(undefined)}>
          Try now what waits
        </Button>
      )}
    </>
  )
}

function Accounts({ run: { id, status } }: { readonly run: RevocationReply }) {
  const { state, cursor } = useSearch({ from: '/settings/revocations/$id' })
  const navigate = useNavigate({ from: '/settings/revocations/$id' })
  const query = useQuery(
    revokedAccounts(id, status === 'running', { ...(state && { state }), ...(cursor && { cursor }) }),
  )
  const choices = [
    { value: '', label: 'Whose tokens may still work' },
    ...Object.entries(revokedStates).map(([value, label]) => ({ value, label })),
  ]
  return (
    <>
      <Filters>
        <NativeSelect
          label="Show"
          data={choices}
          value={state ?? ''}
          onChange={(event) => {
            const chosen = revokedStateOf(event.currentTarget.value)
            void navigate({ search: chosen ? { state: chosen } : {}, replace: true })
          }}
        />
      </Filters>
      <Loaded query={query}>
        {({ items, nextCursor }) => (
          <>
            {items.length === 0 ? (
              <Empty>None.</Empty>
            ) : (
              <Table heads={['Account', 'Integration', 'Environment', 'State', 'Why', 'Next attempt']}>
                {items.map(
                  ({ account, integration, environment, state, reason, reasonDetail, nextAttemptAt }) => (
                    <tr key={account}>
                      <th scope="row">
                        <Link to="/accounts/$id" params={{ id: account }}>
                          {account}
                        </Link>
                      </th>
                      <td data-label="Integration">{integration}</td>
                      <td data-label="Environment">{environment}</td>
                      <td data-label="State">{revokedStates[state]}</td>
                      <td data-label="Why">{reasonDetail ?? reason ?? '–'}</td>
                      <td data-label="Next attempt">
                        {nextAttemptAt === undefined ? '–' : <Moment at={nextAttemptAt} />}
                      </td>
                    </tr>
                  ),
                )}
              </Table>
            )}
            <Pager cursor={cursor} nextCursor={nextCursor} />
          </>
        )}
      </Loaded>
    </>
  )
}
