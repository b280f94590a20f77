import { Button, Checkbox, NativeSelect } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { request } from '../../api/request.ts'
import { useChange } from '../../api/use-change.ts'
import { Loaded } from '../../ui/loaded.tsx'
import { Empty, Section } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import { integrations, standardOperations } from './queries.ts'
import classes from './standard-operations.module.css'

const evidence = {
  openapi: 'read in the vendor’s own OpenAPI document or SDK',
  documentation: 'from the vendor’s documentation',
  public_source: 'from another public source',
  unverified: 'not verified',
} as const

/** Operations that the catalogue knows of the provider that an integration was made from. */
export function StandardOperations({ onMade }: { readonly onMade: () => void }) {
  const query = useQuery(integrations)
  const [key, setKey] = useState('')
  return (
    <Section title="From the catalogue">
      <Loaded query={query}>
        {({ items }) => {
          const made = items.flatMap(({ provider, ...each }) =>
            provider === undefined ? [] : [{ ...each, provider }],
          )
          const chosen = made.find((each) => each.key === key)
          if (made.length === 0)
            return (
              <Empty>
                No integration was made from an entry of the catalogue. Create one, and its operations can be
                added here.
              </Empty>
            )
          return (
            <>
              <NativeSelect
                label="Integration"
                description="Of those that were made from an entry of the catalogue"
                value={key}
                data={[
                  { value: '', label: 'Choose one' },
                  ...made.map((each) => ({ value: each.key, label: each.name })),
                ]}
                onChange={(event) => setKey(event.currentTarget.value)}
              />
              {chosen && (
                <Offered
                  key={chosen.key}
                  provider={chosen.provider}
                  integration={chosen.key}
                  onMade={onMade}
                />
              )}
            </>
          )
        }}
      </Loaded>
    </Section>
  )
}

function Offered(content: {
  readonly provider: string
  readonly integration: string
  readonly onMade: () => void
}) {
  const { provider, integration, onMade } = content
  const query = useQuery(standardOperations(provider))
  const [chosen, setChosen] = useState<readonly string[]>([])
  const adding = useChange(
    (operations: readonly string[]) =>
      request('POST', '/v1/providers/{id}/operations', {
        params: { id: provider },
        body: { integration, operations: [...operations] },
      }),
    ['operations'],
    onMade,
  )
  const toggle = (id: string) =>
    setChosen(chosen.includes(id) ? chosen.filter((each) => each !== id) : [...chosen, id])
  return (
    <Loaded query={query}>
      {({ items }) =>
        items.length === 0 ? (
          <Empty>
            The catalogue knows no operations of {provider}. Import them from its OpenAPI document, or compose
            them.
          </Empty>
        ) : (
          <>
            <fieldset className={classes.offered}>
              <legend>Operations</legend>
              {items.map(({ id, name, description, evidence: { level } }) => (
                <Checkbox
                  key={id}
                  label={name}
                  description={`${description ?? ''} (${evidence[level]})`.trim()}
                  checked={chosen.includes(id)}
                  onChange={() => toggle(id)}
                />
              ))}
            </fieldset>
            <div className={classes.ways}>
              <Button
                disabled={chosen.length === 0}
                loading={adding.isPending}
                onClick={() => adding.mutate(chosen)}
              >
                Add those chosen
              </Button>
              <Button
                variant="default"
                onClick={() => setChosen(chosen.length === items.length ? [] : items.map(({ id }) => id))}
              >
                {chosen.length === items.length ? 'Choose none' : 'Choose all'}
              </Button>
            </div>
            {adding.error && <ProblemAlert error={adding.error} />}
            {adding.data && (
              <p role="status">
                {adding.data.items.length} added
                {adding.data.skipped.length > 0 && `; there already: ${adding.data.skipped.join(', ')}`}.{' '}
                <Link to="/operations" search={{ integration }}>
                  See the operations
                </Link>
              </p>
            )}
          </>
        )
      }
    </Loaded>
  )
}
