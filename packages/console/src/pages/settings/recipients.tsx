import { Button } from '@mantine/core'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { request } from '../../api/request.ts'
import { useChange } from '../../api/use-change.ts'
import { whole } from '../../api/whole.ts'
import { ChangeProblem } from '../../ui/change-problem.tsx'
import { Confirmation } from '../../ui/confirmation.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { Loaded } from '../../ui/loaded.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Empty } from '../../ui/page.tsx'
import { Table } from '../../ui/table.tsx'
import classes from './settings.module.css'

const recipients = queryOptions({
  queryKey: ['import-recipients'],
  queryFn: () => whole((query) => request('GET', '/v1/import/recipients', { query })),
})

/** Public keys that others seal an export for this organization to. */
export function Recipients() {
  const [asked, setAsked] = useState<string>()
  const query = useQuery(recipients)
  const making = useChange(
    (_: undefined) => request('POST', '/v1/import/recipients', {}),
    ['import-recipients'],
  )
  const destroying = useChange(
    (id: string) => request('DELETE', '/v1/import/recipients/{id}', { params: { id } }),
    ['import-recipients'],
    () => setAsked(undefined),
  )
  return (
    <>
      <ChangeProblem change={making} />
      <ChangeProblem change={destroying} />
      <p>
        Make a key, copy its public part, and give it to whoever exports for you. Its private part never
        leaves this Sallyport.
      </p>
      <Loaded query={query}>
        {(all) =>
          all.length === 0 ? (
            <Empty>There is none at the moment.</Empty>
          ) : (
            <Table heads={['Public key', 'Good until', 'Change']}>
              {all.map(({ id, recipient, expiresAt }) => (
                <tr key={id}>
                  <th scope="row">
                    <code>{recipient}</code>
                  </th>
                  <td data-label="Good until">
                    <Moment at={expiresAt} />
                  </td>
                  <td>
                    <div className={classes.ways}>
                      <CopyButton text={recipient} label="Copy" />
                      <Button size="xs" variant="default" onClick={() => setAsked(id)}>
                        Destroy…
                      </Button>
                    </div>
                  </td>
                </tr>
              ))}
            </Table>
          )
        }
      </Loaded>
      <div className={classes.after}>
        <Button variant="default" loading={making.isPending} onClick={() => making.mutate(undefined)}>
          Make a key
        </Button>
      </div>
      {asked && (
        <Confirmation
          title="Destroy this key?"
          action="Destroy"
          isUnderWay={destroying.isPending}
          onConfirm={() => destroying.mutate(asked)}
          onLeave={() => setAsked(undefined)}
        >
          <p>What was sealed to it never opens again.</p>
        </Confirmation>
      )}
    </>
  )
}
