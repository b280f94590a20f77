import { useQuery } from '@tanstack/react-query'
import { CopyButton } from '../../ui/copy-button.tsx'
import { Loaded } from '../../ui/loaded.tsx'
import { ExactMoment } from '../../ui/moment.tsx'
import { Empty, Section } from '../../ui/page.tsx'
import { Table } from '../../ui/table.tsx'
import classes from './audit.module.css'
import { checkpoints } from './queries.ts'

/** What was signed of the chain, to be kept elsewhere. */
export function Checkpoints() {
  return (
    <Section title="Checkpoints">
      <p className={classes.note}>
        Where the chain stood, signed after a hundred entries or ten minutes. Keep them where whoever writes
        to the database cannot: with them nobody can cut the audit, or write another in its place.
      </p>
      <Loaded query={useQuery(checkpoints)}>
        {({ items, nextCursor }) =>
          items.length === 0 ? (
            <Empty>None yet. The first one is signed ten minutes after the first entry.</Empty>
          ) : (
            <div className={classes.table}>
              <Table heads={['Place', 'Signed', 'Hash', 'Take it along']}>
                {items.map((checkpoint) => (
                  <tr key={checkpoint.sequence}>
                    <th scope="row">{checkpoint.sequence}</th>
                    <td data-label="Signed">
                      <ExactMoment at={checkpoint.at} />
                    </td>
                    <td data-label="Hash">
                      <code>{checkpoint.hash}</code>
                    </td>
                    <td>
                      <CopyButton text={JSON.stringify(checkpoint)} label={`Copy ${checkpoint.sequence}`} />
                    </td>
                  </tr>
                ))}
              </Table>
              {nextCursor !== undefined && <Empty>The latest ten; there are more.</Empty>}
            </div>
          )
        }
      </Loaded>
    </Section>
  )
}
