import type { NewApiKeyReply } from '@sallyport/contract'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { Loaded } from '../../ui/loaded.tsx'
import { Page, Section } from '../../ui/page.tsx'
import { ScopeList } from '../../ui/scope-choice.tsx'
import { Trail } from '../../ui/trail.tsx'
import { KeyActions } from './key-actions.tsx'
import { KeyFacts } from './key-facts.tsx'
import { KeyState } from './key-state.tsx'
import { key } from './queries.ts'
import { ShownKey } from './shown-key.tsx'

/** A key: what it may do and is limited to; a new secret, or its end. */
export function KeyPage() {
  const { id } = useParams({ from: '/keys/$id' })
  const query = useQuery(key(id))
  const [rotated, setRotated] = useState<NewApiKeyReply>()
  const { data } = query
  return (
    <>
      <Trail>
        <Link to="/keys">API keys</Link>
      </Trail>
      <Page title={data?.name ?? 'API key'} beside={data && <KeyState apiKey={data} />}>
        <Loaded query={query} rows={6}>
          {(shown) => (
            <>
              {rotated?.id === id && <ShownKey made={rotated} />}
              <KeyActions apiKey={shown} onRotated={setRotated} />
              <Section title="Details">
                <KeyFacts apiKey={shown} />
              </Section>
              <Section title="What it may do">
                <ScopeList scopes={shown.scopes} />
              </Section>
            </>
          )}
        </Loaded>
      </Page>
    </>
  )
}
