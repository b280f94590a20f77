import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { ownUser } from '../../api/queries.ts'
import { Section } from '../../ui/page.tsx'
import { type Caller, CallerChoice } from './caller-choice.tsx'
import { type Draft, runnable, withMember } from './draft.ts'
import { FaultsSaid } from './faults.tsx'
import { InputEditor } from './input-editor.tsx'
import { allHold, JsonField } from './json-field.tsx'
import { KnownNames } from './known-names.ts'
import { apps, operations } from './queries.ts'
import { RunSection } from './run-section.tsx'
import { SaveSection } from './save-section.tsx'
import { StepList } from './step-list.tsx'
import { StepPreview } from './step-preview.tsx'
import { isRaw, namesOf, stepsIn } from './steps.ts'
import { useInput } from './use-input.ts'
import { useRun } from './use-run.ts'

interface Building {
  readonly draft: Draft
  readonly isNew: boolean
  /** By whose credential it is tried at first. */
  readonly account?: string | undefined
  readonly saving: { readonly error: unknown; readonly isPending: boolean }
  readonly onChange: (draft: Draft) => void
  readonly onSave: () => void
}

/** Composes an operation: whom it calls as, its steps, what goes in; tries it; and saves it. */
export function Builder({ draft, isNew, account, saving, onChange, onSave }: Building) {
  const [caller, setCaller] = useState<Caller>(account === undefined ? {} : { account })
  const [said, setSaid] = useState<'run' | 'save'>('run')
  const above = useRef<HTMLDivElement>(null)
  const below = useRef<HTMLDivElement>(null)
  const schema = isRaw(draft.input) ? draft.input : {}
  const form = useInput(schema)
  const subject = { operation: runnable(draft) }
  const ran = useRun(subject)
  const isReady = () => allHold(above.current) && allHold(below.current)
  const choose = (next: Caller) => {
    setCaller(next)
    if (isNew) onChange(madeFor(draft, next))
  }
  return (
    <FaultsSaid
      value={said === 'run' ? { error: ran.error, root: '/operation' } : { error: saving.error, root: '' }}
    >
      <Known>
        <div ref={above}>
          <Section title="Call by">
            <CallerChoice
              caller={caller}
              integration={isNew || typeof draft.integration !== 'string' ? undefined : draft.integration}
              onChange={choose}
            />
          </Section>
          <Section title="Steps">
            <Steps
              draft={draft}
              onChange={onChange}
              given={() => (isReady() ? { input: form.input, account: caller.account } : undefined)}
            />
          </Section>
        </div>
        <RunSection
          title="Try it"
          subject={subject}
          form={form}
          account={caller.account}
          ran={ran}
          isReady={() => {
            setSaid('run')
            return isReady()
          }}
        />
        <div ref={below}>
          <Section title="Input">
            <InputEditor schema={schema} onChange={(input) => onChange({ ...draft, input: { ...input } })} />
          </Section>
        </div>
        <SaveSection
          {...{ draft, isNew, onChange }}
          error={said === 'save' ? saving.error : undefined}
          isSaving={saving.isPending}
          onSave={() => {
            setSaid('save')
            if (isReady()) onSave()
          }}
        />
      </Known>
    </FaultsSaid>
  )
}

/** One that is new is made for those by whom it is tried. */
function madeFor(draft: Draft, { integration, adapter }: Caller): Draft {
  return withMember(withMember(draft, 'integration', integration), 'adapter', adapter ?? draft.adapter)
}

function Steps(content: {
  readonly draft: Draft
  readonly onChange: (draft: Draft) => void
  readonly given: React.ComponentProps<typeof StepPreview>['given']
}) {
  const { draft, onChange, given } = content
  const [isJson, setJson] = useState(false)
  const steps = stepsIn(draft.steps)
  const set = (next: readonly (typeof steps)[number][]) => onChange({ ...draft, steps: [...next] })
  return (
    <>
      {isJson ? (
        <JsonField
          label="Steps as JSON"
          value={[...steps]}
          rows={20}
          onChange={(value) => set(stepsIn(value))}
        />
      ) : (
        <StepList
          label="Steps"
          path="/steps"
          steps={steps}
          taken={namesOf(steps)}
          onChange={set}
          below={(index) => <StepPreview draft={draft} index={index} given={given} />}
        />
      )}
      <Button size="xs" variant="subtle" mt="sm" onClick={() => setJson(!isJson)}>
        {isJson ? 'Edit in a list' : 'Edit as JSON'}
      </Button>
    </>
  )
}

/** Names for fields that ask for something that is there. */
function Known({ children }: { readonly children: React.ReactNode }) {
  const scopes = useQuery(ownUser).data?.scopes ?? []
  const known = useQuery({ ...apps, enabled: scopes.includes('apps:read') }).data?.items ?? []
  const saved = useQuery(operations).data ?? []
  const adapters = new Set(known.flatMap((app) => app.adapters.map(({ name }) => name)))
  return (
    <KnownNames value={{ adapter: [...adapters].sort(), operation: saved.map(({ key }) => key) }}>
      {children}
    </KnownNames>
  )
}
