import { Button, NativeSelect } from '@mantine/core'
import type { AppReply } from '@sallyport/contract'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { useMay } from '../../api/use-may.ts'
import { Loaded } from '../../ui/loaded.tsx'
import { Empty, Page, Section } from '../../ui/page.tsx'
import { Trail } from '../../ui/trail.tsx'
import { Comparison } from './comparison.tsx'
import fields from './fields.module.css'
import { app, diff } from './queries.ts'
import type { CompareSearch } from './search.ts'
import type { TransferKind } from './transfer.ts'
import { TransferDialog } from './transfer-dialog.tsx'

/** Two profiles of an app side by side, and what one can give the other. */
export function ComparePage() {
  const { key } = useParams({ from: '/apps/$key/compare' })
  const query = useQuery(app(key))
  return (
    <>
      <Trail>
        <Link to="/apps">Apps</Link> /{' '}
        <Link to="/apps/$key" params={{ key }}>
          {query.data?.name ?? key}
        </Link>
      </Trail>
      <Page title="Compare profiles">
        <Loaded query={query}>
          {(shown) =>
            shown.profiles.length === 0 ? <Empty>The app has no profiles.</Empty> : <Chosen app={shown} />
          }
        </Loaded>
      </Page>
    </>
  )
}

function Chosen({ app: shown }: { readonly app: AppReply }) {
  const search = useSearch({ from: '/apps/$key/compare' })
  const navigate = useNavigate({ from: '/apps/$key/compare' })
  const names = shown.profiles.map(({ name }) => name)
  const from = search.from ?? names[0] ?? ''
  const other = search.with ?? names.find((name) => name !== from) ?? ''
  const change = (next: CompareSearch) =>
    void navigate({ search: { from, with: other, ...next }, replace: true })
  return (
    <>
      <div className={fields.row}>
        <ProfileField
          label="Profile"
          names={names}
          value={from}
          onChange={(name) => change({ from: name })}
        />
        <ProfileField
          label="Compared with"
          names={names}
          value={other}
          onChange={(name) => change({ with: name })}
        />
      </div>
      {from === other ? (
        <Empty>Choose two profiles.</Empty>
      ) : (
        <Compared app={shown} from={from} other={other} />
      )}
    </>
  )
}

function ProfileField(content: {
  readonly label: string
  readonly names: readonly string[]
  readonly value: string
  readonly onChange: (name: string) => void
}) {
  const { label, names, value, onChange } = content
  return (
    <NativeSelect
      label={label}
      mb="md"
      value={value}
      data={names.includes(value) ? [...names] : [...names, value]}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  )
}

function Compared({ app: shown, from, other }: { app: AppReply; from: string; other: string }) {
  const query = useQuery(diff(shown.key, from, other))
  const mayWrite = useMay('apps:write')
  const [kind, setKind] = useState<TransferKind>()
  return (
    <>
      <Loaded query={query} rows={6}>
        {(found) => <Comparison diff={found} />}
      </Loaded>
      {mayWrite && (
        <Section title={`What ${from} can give`}>
          <div className={fields.form}>
            <p className={fields.note}>
              Promoting gives another profile the settings. Copying gives it the bindings, too, where both are
              of one environment, and can make a new profile. You see what changes before it does.
            </p>
            <div className={fields.ways}>
              <Button variant="default" onClick={() => setKind('promote')}>
                Promote {from}…
              </Button>
              <Button variant="default" onClick={() => setKind('copy')}>
                Copy {from}…
              </Button>
            </div>
          </div>
        </Section>
      )}
      {kind && (
        <TransferDialog app={shown} kind={kind} from={from} to={other} onLeave={() => setKind(undefined)} />
      )}
    </>
  )
}
