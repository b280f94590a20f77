import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { request } from '../../api/request.ts'
import { useChange } from '../../api/use-change.ts'
import { Badge } from '../../ui/badge.tsx'
import { ChangeProblem } from '../../ui/change-problem.tsx'
import { Loaded } from '../../ui/loaded.tsx'
import { Section } from '../../ui/page.tsx'
import { Progress } from '../../ui/progress.tsx'
import { Table } from '../../ui/table.tsx'
import { outerKeys } from './encryption-queries.ts'
import classes from './settings.module.css'

/** For the operator: the keys outside of the database, and how many data keys each wraps. */
export function OuterKeys() {
  const change = useChange(
    (_: undefined) => request('POST', '/v1/encryption/outer-keys/rewrap', {}),
    ['encryption'],
  )
  return (
    <Section title="Outer keys of this deployment">
      <ChangeProblem change={change} />
      <Loaded query={useQuery(outerKeys)}>
        {({ outerKeys: keys, rewrap }) => (
          <>
            <Progress
              label="Wrapped by the current outer key"
              done={rewrap.done}
              total={rewrap.total}
              of="data keys"
            />
            <Table heads={['Outer key', 'State', 'Data keys']}>
              {keys.map(({ id, current, available, dataKeys }) => (
                <tr key={id}>
                  <th scope="row">
                    <code>{id}</code>
                  </th>
                  <td data-label="State">
                    <Badge tone={available ? (current ? 'good' : 'calm') : 'bad'}>
                      {available ? (current ? 'Current' : 'Opens what is old') : 'Not here'}
                    </Badge>
                  </td>
                  <td data-label="Data keys">{dataKeys === 0 ? 'none: it can be taken away' : dataKeys}</td>
                </tr>
              ))}
            </Table>
            <p className={classes.note}>
              A new outer key is put first in <code>SALLYPORT_ENCRYPTION_KEYS</code> or in the key service;
              each start then wraps by it.
            </p>
            {rewrap.done < rewrap.total && (
              <Button
                className={classes.after ?? ''}
                variant="default"
                loading={change.isPending}
                onClick={() => change.mutate(undefined)}
              >
                Wrap all by the current one
              </Button>
            )}
          </>
        )}
      </Loaded>
    </Section>
  )
}
