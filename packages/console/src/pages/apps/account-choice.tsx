import { Radio } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { Loaded } from '../../ui/loaded.tsx'
import { Empty } from '../../ui/page.tsx'
import { SearchField } from '../../ui/search-field.tsx'
import { StatusBadge } from '../accounts/status-badge.tsx'
import classes from './account-choice.module.css'
import { type AccountsToChoose, accountChoices } from './queries.ts'

/** An account as it is chosen. */
export interface ChosenAccount {
  readonly id: string
  readonly name: string
}

/** One of the accounts of an integration or environment, of however many there are: the first ones, or those of a name. */
export function AccountChoice(content: {
  readonly among: Omit<AccountsToChoose, 'q'>
  readonly chosen: string | undefined
  readonly onChoose: (account: ChosenAccount) => void
}) {
  const { among, chosen, onChoose } = content
  const [q, setSearch] = useState('')
  const query = useQuery(accountChoices({ ...among, ...(q !== '' && { q }) }))
  return (
    <div className={classes.choice}>
      <SearchField text={q} placeholder="Name of an account" onSearch={setSearch} />
      <Loaded query={query} rows={4}>
        {({ items, nextCursor }) =>
          items.length === 0 ? (
            <Nothing among={among} isSearched={q !== ''} />
          ) : (
            <>
              <Radio.Group
                label="Account"
                value={chosen ?? null}
                onChange={(id) => {
                  const account = items.find((each) => each.id === id)
                  if (account) onChoose({ id, name: account.name })
                }}
              >
                {items.map(({ id, name, status }) => (
                  <Radio
                    key={id}
                    value={id}
                    className={classes.option ?? ''}
                    label={
                      <span className={classes.label}>
                        {name} <StatusBadge status={status} />
                      </span>
                    }
                  />
                ))}
              </Radio.Group>
              <p role="status" className={classes.more}>
                {nextCursor !== undefined && 'There are more. Search for a part of the name.'}
              </p>
            </>
          )
        }
      </Loaded>
    </div>
  )
}

function Nothing({ among, isSearched }: { readonly among: AccountsToChoose; readonly isSearched: boolean }) {
  const { integration, environment } = among
  if (isSearched) return <Empty>No account has this in its name.</Empty>
  return (
    <Empty>
      There is no account{integration === undefined ? '' : ` of ${integration}`}
      {environment === undefined ? '' : ` in ${environment}`} yet.{' '}
      <Link to="/accounts" search={{ ...among }}>
        Connect one first
      </Link>
      .
    </Empty>
  )
}
