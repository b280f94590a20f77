import { Button } from '@mantine/core'
import type { AppReply, ProfileReply } from '@sallyport/contract'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useMay } from '../../api/use-may.ts'
import { Loaded, Loading } from '../../ui/loaded.tsx'
import { Empty, Page, Section } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import { Trail } from '../../ui/trail.tsx'
import { AppKeys } from '../keys/app-keys.tsx'
import { AppDialogs, type OpenDialog } from './app-dialogs.tsx'
import { Matrix } from './matrix.tsx'
import { app, boundAccounts, profiles } from './queries.ts'

/** An app: which account each adapter is in each profile, and the keys by which it calls. */
export function AppPage() {
  const { key } = useParams({ from: '/apps/$key' })
  const query = useQuery(app(key))
  const mayWrite = useMay('apps:write')
  const mayMakeKeys = useMay('keys:write')
  const [open, setOpen] = useState<OpenDialog>()
  const { data } = query
  return (
    <>
      <Trail>
        <Link to="/apps">Apps</Link>
      </Trail>
      <Page
        title={data?.name ?? 'App'}
        beside={
          data && (
            <>
              <code>{data.key}</code>
              {mayWrite && (
                <>
                  <Button size="xs" variant="default" onClick={() => setOpen({ kind: 'rename' })}>
                    Rename
                  </Button>
                  <Button size="xs" variant="default" onClick={() => setOpen({ kind: 'delete' })}>
                    Delete…
                  </Button>
                </>
              )}
            </>
          )
        }
      >
        <Loaded query={query} rows={6}>
          {(shown) => (
            <>
              <Bindings app={shown} onOpen={mayWrite ? setOpen : undefined} />
              {mayMakeKeys && <AppKeys app={shown} />}
              {open && <AppDialogs app={shown} open={open} onLeave={() => setOpen(undefined)} />}
            </>
          )}
        </Loaded>
      </Page>
    </>
  )
}

function Bindings(content: {
  readonly app: AppReply
  readonly onOpen: ((dialog: OpenDialog) => void) | undefined
}) {
  const { app: shown, onOpen } = content
  const query = useQuery(profiles(shown.key))
  const maySee = useMay('accounts:read')
  const bound = useQuery({ ...boundAccounts(shown.key), enabled: maySee })
  const [first, second] = shown.profiles
  return (
    <Section
      title="Which account each adapter is"
      beside={
        first &&
        second && (
          <Link
            to="/apps/$key/compare"
            params={{ key: shown.key }}
            search={{ from: first.name, with: second.name }}
          >
            Compare profiles
          </Link>
        )
      }
    >
      {bound.error && <ProblemAlert error={bound.error} retry={() => void bound.refetch()} />}
      {bound.isLoading ? (
        <Loading rows={5} />
      ) : (
        <Loaded query={query} rows={5}>
          {(all) => (
            <MatrixOf app={shown} profiles={all} accounts={bound.data ?? new Map()} onOpen={onOpen} />
          )}
        </Loaded>
      )}
    </Section>
  )
}

function MatrixOf(content: {
  readonly app: AppReply
  readonly profiles: readonly ProfileReply[]
  readonly accounts: Parameters<typeof Matrix>[0]['accounts']
  readonly onOpen: ((dialog: OpenDialog) => void) | undefined
}) {
  const { app: shown, profiles: all, accounts, onOpen } = content
  return (
    <>
      {shown.adapters.length === 0 && (
        <Empty>It calls nothing yet. Add an adapter: the app’s own name for an API.</Empty>
      )}
      {all.length === 0 && <Empty>It has no profiles. Add one: it says which account each adapter is.</Empty>}
      {(all.length > 0 || shown.adapters.length > 0) && (
        <Matrix
          app={shown}
          profiles={all}
          accounts={accounts}
          actions={
            onOpen && {
              onBind: (place) => onOpen({ kind: 'bind', ...place }),
              onAdapter: (adapter) => onOpen({ kind: 'adapter', adapter }),
              onProfile: (profile) => onOpen({ kind: 'profile', profile }),
            }
          }
        />
      )}
      {onOpen && (
        <Button.Group mt="md">
          <Button size="xs" variant="default" onClick={() => onOpen({ kind: 'newAdapter' })}>
            Add an adapter
          </Button>
          <Button size="xs" variant="default" onClick={() => onOpen({ kind: 'newProfile' })}>
            Add a profile
          </Button>
        </Button.Group>
      )}
    </>
  )
}
