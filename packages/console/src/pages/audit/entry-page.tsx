import type { AuditReply } from '@sallyport/contract'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { Facts } from '../../ui/facts.tsx'
import { Loaded } from '../../ui/loaded.tsx'
import { ExactMoment } from '../../ui/moment.tsx'
import { Empty, Page, Section } from '../../ui/page.tsx'
import { Table } from '../../ui/table.tsx'
import { Trail } from '../../ui/trail.tsx'
import classes from './audit.module.css'
import { type Difference, differenceOf } from './difference.ts'
import { auditEntry } from './queries.ts'
import { actorWords, titleOf } from './words.ts'

/** One entry: who, what, from where, and each field before and after. */
export function EntryPage() {
  const { id } = useParams({ from: '/audit/$id' })
  const query = useQuery(auditEntry(id))
  return (
    <>
      <Trail>
        <Link to="/audit">Audit</Link>
      </Trail>
      <Page title={query.data ? titleOf(query.data) : 'Entry'}>
        <Loaded query={query} rows={6}>
          {(entry) =>
            entry === null ? (
              <Empty>There is no such entry. Verify the audit, if there was one.</Empty>
            ) : (
              <>
                <Section title="Details">
                  <EntryFacts entry={entry} />
                </Section>
                <Section title="What changed">
                  <Differences differences={entry.changes.map(differenceOf)} />
                </Section>
              </>
            )
          }
        </Loaded>
      </Page>
    </>
  )
}

function EntryFacts({ entry }: { readonly entry: AuditReply }) {
  const { id, at, actor, address, action, target } = entry
  return (
    <Facts
      facts={{
        When: <ExactMoment at={at} />,
        Who:
          actor.id === undefined ? (
            actorWords(actor)
          ) : (
            <>
              {actorWords(actor)} ({actor.kind}),{' '}
              <Link to="/audit" search={{ actor: actor.id }}>
                all they changed
              </Link>
            </>
          ),
        From: address,
        Action: (
          <Link to="/audit" search={{ action }}>
            <code>{action}</code>
          </Link>
        ),
        [`Of (${target.kind})`]: <Target target={target} />,
        'All that was done to it': (
          <Link to="/audit" search={{ target: target.id }}>
            <code>{target.id}</code>
          </Link>
        ),
        'Entry id': <code>{id}</code>,
      }}
    />
  )
}

/** What was changed, with a way to where it is now, if it is. */
function Target({ target: { kind, id, name = id } }: Pick<AuditReply, 'target'>) {
  if (kind === 'account')
    return (
      <Link to="/accounts/$id" params={{ id }}>
        {name}
      </Link>
    )
  if (kind === 'key')
    return (
      <Link to="/keys/$id" params={{ id }}>
        {name}
      </Link>
    )
  if (kind === 'integration')
    return (
      <Link to="/integrations/$key" params={{ key: name }}>
        {name}
      </Link>
    )
  return name
}

function Differences({ differences }: { readonly differences: readonly Difference[] }) {
  if (differences.length === 0) return <Empty>No field: the action says it all.</Empty>
  return (
    <Table heads={['Field', 'Before', 'After']}>
      {differences.map((difference) => (
        <DifferenceRow key={difference.field} difference={difference} />
      ))}
    </Table>
  )
}

function DifferenceRow({ difference }: { readonly difference: Difference }) {
  const { field, isSecret, gone, came, stayed } = difference
  return (
    <tr>
      <th scope="row" className={classes.field}>
        <code>{field}</code>
        {stayed > 0 && <span>{stayed} stayed</span>}
      </th>
      {isSecret ? (
        <td colSpan={2}>A secret was given. It is stored sealed, and never shown.</td>
      ) : (
        <>
          <td data-label="Before">
            {gone.length === 0 ? '–' : gone.map((text) => <del key={text}>{text}</del>)}
          </td>
          <td data-label="After">
            {came.length === 0 ? '–' : came.map((text) => <ins key={text}>{text}</ins>)}
          </td>
        </>
      )}
    </tr>
  )
}
