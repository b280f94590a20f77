import { Button } from '@mantine/core'
import type { AppReply } from '@sallyport/contract'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Loaded } from '../../ui/loaded.tsx'
import { Empty, Section } from '../../ui/page.tsx'
import { KeyTable } from './key-table.tsx'
import { keysOfApp } from './queries.ts'

/** The keys by which an app calls, each in one of its profiles. */
export function AppKeys({ app }: { readonly app: AppReply }) {
  const query = useQuery(keysOfApp(app.key))
  const profile = app.profiles[0]?.name
  return (
    <Section
      title="Keys"
      beside={
        profile !== undefined && (
          <Button
            size="xs"
            renderRoot={(button) => <Link {...button} to="/keys/new" search={{ app: app.key, profile }} />}
          >
            New key
          </Button>
        )
      }
    >
      <Loaded query={query}>
        {(keys) =>
          keys.length === 0 ? (
            <Empty>
              There are no keys yet. A key belongs to a profile: whoever calls with it reaches what that
              profile binds, so going from dev to prod changes a key and nothing else.
            </Empty>
          ) : (
            <KeyTable keys={keys} />
          )
        }
      </Loaded>
    </Section>
  )
}
