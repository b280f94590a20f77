import type { ProfileDiffReply } from '@sallyport/contract'
import { Link } from '@tanstack/react-router'
import { Badge } from '../../ui/badge.tsx'
import { Empty, Section } from '../../ui/page.tsx'
import { Table } from '../../ui/table.tsx'

type Adapter = ProfileDiffReply['adapters'][number]

const states: Readonly<
  Record<Adapter['state'], { readonly label: string; readonly tone: 'good' | 'warn' | 'calm' }>
> = {
  same: { label: 'Same account', tone: 'good' },
  other_account: { label: 'Another account', tone: 'calm' },
  only_from: { label: 'Missing', tone: 'warn' },
  only_with: { label: 'Missing', tone: 'warn' },
  unbound: { label: 'Bound in neither', tone: 'warn' },
}

/** What two profiles bind, and the settings that differ. */
export function Comparison({ diff }: { readonly diff: ProfileDiffReply }) {
  const [left, right] = [headOf(diff.from), headOf(diff.with)]
  return (
    <>
      <Section title="Accounts">
        {diff.adapters.length === 0 ? (
          <Empty>The app has no adapters.</Empty>
        ) : (
          <Table heads={['Adapter', 'Difference', left, right]}>
            {diff.adapters.map((adapter) => (
              <tr key={adapter.name}>
                <th scope="row">
                  {adapter.name} <span>({adapter.integration})</span>
                </th>
                <td>
                  <Badge tone={states[adapter.state].tone}>{labelOf(adapter, diff)}</Badge>
                </td>
                <td data-label={left}>
                  <Account account={adapter.from} />
                </td>
                <td data-label={right}>
                  <Account account={adapter.with} />
                </td>
              </tr>
            ))}
          </Table>
        )}
      </Section>
      <Section title="Settings that differ">
        {diff.settings.length === 0 ? (
          <Empty>Both have the same settings.</Empty>
        ) : (
          <Table heads={['Setting', left, right]}>
            {diff.settings.map(({ name, from, with: other }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td data-label={left}>{from === undefined ? 'not set' : <code>{from}</code>}</td>
                <td data-label={right}>{other === undefined ? 'not set' : <code>{other}</code>}</td>
              </tr>
            ))}
          </Table>
        )}
      </Section>
    </>
  )
}

/** What is missing where: left and right say nothing where it is narrow. */
function labelOf({ state }: Adapter, { from, with: other }: ProfileDiffReply): string {
  const { label } = states[state]
  if (state === 'only_from') return `${label} in ${other.profile}`
  return state === 'only_with' ? `${label} in ${from.profile}` : label
}

function headOf({ profile, environment }: ProfileDiffReply['from']): string {
  return `${profile} (${environment})`
}

function Account({ account }: { readonly account: Adapter['from'] }) {
  if (!account) return 'Nothing bound'
  if (account.name === '') return <code>{account.id}</code>
  return (
    <Link to="/accounts/$id" params={{ id: account.id }}>
      {account.name}
    </Link>
  )
}
