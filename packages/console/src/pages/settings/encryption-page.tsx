import type { EncryptionReply, RotationReply } from '@sallyport/contract'
import { useQuery } from '@tanstack/react-query'
import { ownUser } from '../../api/queries.ts'
import { Badge } from '../../ui/badge.tsx'
import { Loaded } from '../../ui/loaded.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Empty, Section } from '../../ui/page.tsx'
import { Progress } from '../../ui/progress.tsx'
import { Table } from '../../ui/table.tsx'
import { encryption, rotations } from './encryption-queries.ts'
import { OuterKeys } from './outer-keys.tsx'
import { Rotating } from './rotating.tsx'
import { dataKeyStates, rotationStates } from './rotation-words.ts'
import classes from './settings.module.css'
import { SettingsPage } from './settings-page.tsx'

/** With what secrets are sealed, and the way to new keys. */
export function EncryptionPage() {
  const me = useQuery(ownUser).data
  const query = useQuery(encryption)
  return (
    <SettingsPage
      title="Encryption keys"
      tells="Whatever is secret is sealed by a data key of your organization’s own. An outer key, which is not in the database, wraps that."
    >
      <Loaded query={query} rows={5}>
        {(shown) => (
          <>
            {shown.rotation && <UnderWay rotation={shown.rotation} />}
            <Section title="Data keys">
              <DataKeys keys={shown.dataKeys} />
              <p className={classes.note}>
                The outer key <code>{shown.currentOuterKey}</code> wraps new ones.
              </p>
            </Section>
            {!shown.rotation && (
              <Section title="A new data key">
                <Rotating />
              </Section>
            )}
          </>
        )}
      </Loaded>
      <Section title="Last rotations">
        <LastRotations />
      </Section>
      {me?.operator && <OuterKeys />}
    </SettingsPage>
  )
}

function UnderWay({ rotation }: { readonly rotation: RotationReply }) {
  const { state, done, total, failed, startedAt, oldKeysKeptUntil } = rotation
  return (
    <Section title="Under way">
      <Progress label={rotationStates[state].label} done={done} total={total} of="rows looked at" />
      <p className={classes.note}>
        {rotationStates[state].tells} Begun <Moment at={startedAt} />. The old key is kept at least until{' '}
        {new Date(oldKeysKeptUntil).toLocaleString('en')}.
      </p>
      {failed > 0 && (
        <p>
          <Badge tone="bad">{failed} could not be opened</Badge> The log names them, and the old key stays.
        </p>
      )}
    </Section>
  )
}

function DataKeys({ keys }: { readonly keys: EncryptionReply['dataKeys'] }) {
  return (
    <Table heads={['Key', 'State', 'Wrapped by', 'Made']}>
      {keys.toReversed().map(({ id, state, outerKey, createdAt }) => (
        <tr key={id}>
          <th scope="row">
            <code>{id}</code>
          </th>
          <td data-label="State">
            <Badge tone={dataKeyStates[state].tone}>{dataKeyStates[state].label}</Badge>
          </td>
          <td data-label="Wrapped by">{outerKey ?? '–'}</td>
          <td data-label="Made">
            <Moment at={createdAt} />
          </td>
        </tr>
      ))}
    </Table>
  )
}

function LastRotations() {
  return (
    <Loaded query={useQuery(rotations)}>
      {({ items }) =>
        items.length === 0 ? (
          <Empty>There was none yet: the first data key is in use.</Empty>
        ) : (
          <Table heads={['Begun', 'State', 'Rows', 'Not opened', 'Ended']}>
            {items.map(({ id, startedAt, state, done, total, failed, endedAt }) => (
              <tr key={id}>
                <th scope="row">
                  <Moment at={startedAt} />
                </th>
                <td data-label="State">
                  <Badge tone={rotationStates[state].tone}>{rotationStates[state].label}</Badge>
                </td>
                <td data-label="Rows">
                  {done} of {total}
                </td>
                <td data-label="Not opened">{failed}</td>
                <td data-label="Ended">{endedAt === undefined ? '–' : <Moment at={endedAt} />}</td>
              </tr>
            ))}
          </Table>
        )
      }
    </Loaded>
  )
}
