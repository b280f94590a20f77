import { Button } from '@mantine/core'
import type { ProviderReply } from '@sallyport/contract'
import { useId, useRef, useState } from 'react'
import { ChangeProblem } from '../../ui/change-problem.tsx'
import { Confirmation } from '../../ui/confirmation.tsx'
import { RequestPreview } from '../integrations/request-preview.tsx'
import classes from './definition-form.module.css'
import { type Draft, isObject, isSame } from './draft.ts'
import { FaultSummary } from './fault-summary.tsx'
import { type Fault, FormContext } from './form-context.tsx'
import { LeaveQuestion } from './leave-question.tsx'
import { type DefinitionReply, type Noun, nouns } from './noun.ts'
import { useDraft } from './use-draft.ts'
import { useSave } from './use-save.ts'
import { useWayTo } from './use-way-to.ts'
import { HttpView, JsonView, SimpleView } from './views.tsx'
import { definitionOf } from './written.ts'

const viewTitles = { simple: 'Simple', http: 'HTTP', json: 'JSON' } as const
type View = keyof typeof viewTitles

/**
 * Where a definition is written: from an entry of the catalogue, from nothing, or one that there is. The views show one
 * draft, so nothing is lost between them.
 */
export function DefinitionForm(content: {
  readonly noun: Noun
  /** What there is, to be changed. */
  readonly initial?: DefinitionReply
  readonly entry?: ProviderReply
  readonly onSaved: (saved: DefinitionReply) => void
}) {
  const { noun, initial, entry, onSaved } = content
  const { input: schema, replyOnly, fromEntry, placed, word, previews } = nouns[noun]
  // As it was when the form came up: what others change meanwhile is not taken back by what is sent.
  const [base] = useState(() => (entry && !initial ? fromEntry(entry) : undefined))
  const [before] = useState<Draft>(() =>
    initial ? definitionOf(initial, replyOnly) : { key: keyFor(base), name: '', ...base },
  )
  const isSaved = useRef(false)
  const save = useSave({
    ...{ noun, initial, before, base, entry },
    onSaved: (saved) => {
      isSaved.current = true
      onSaved(saved)
    },
  })
  const secretsSet = initial?.secretsSet ?? []
  const { form, setDraft, unread } = useDraft({
    ...{ schema, before, secretsSet, isStored: initial !== undefined },
    found: save.faults,
  })
  const [view, setView] = useState<View>(entry ? 'simple' : 'http')
  const goTo = useWayTo(view === 'http', () => setView('http'))
  const [unsent, setUnsent] = useState<readonly Fault[]>()
  const faults = unsent ?? save.faults
  const id = useId()
  const submit = (event: React.FormEvent) => {
    event.preventDefault()
    setUnsent(unread.length > 0 ? unread : undefined)
    if (unread.length === 0) save.send(form.draft)
  }
  const views = (['simple', 'http', 'json'] as const).filter((each) => each !== 'simple' || entry)
  return (
    <FormContext value={form}>
      <div className={classes.sides}>
        <form id={id} onSubmit={submit} noValidate className={classes.form}>
          <ViewChoice
            {...{ view, views }}
            // Nothing of it could be seen elsewhere.
            onView={(next) => ('' in form.unreadable ? setUnsent(unread) : setView(next))}
          />
          {faults.length > 0 && (
            <FaultSummary
              title={unsent ? 'This cannot be sent yet' : (save.title ?? '')}
              {...{ faults, schema }}
              draft={form.draft}
              onGo={goTo}
            />
          )}
          {view === 'simple' && entry && <SimpleView {...{ schema, entry, placed }} />}
          {view === 'http' && <HttpView schema={schema} />}
          {view === 'json' && <JsonView schema={schema} onDraft={setDraft} />}
        </form>
        {previews && (
          <RequestPreview
            draft={save.written(form.draft)}
            integration={initial?.key}
            parameters={parametersOf(form.draft)}
          />
        )}
      </div>
      {save.isRefusedOtherwise && <ChangeProblem change={save.change} />}
      <div className={classes.ways}>
        <Button type="submit" form={id} loading={save.change.isPending}>
          {initial ? 'Save' : `Create the ${word}`}
        </Button>
        <span role="status">{save.told}</span>
      </div>
      <Affected save={save} />
      <LeaveQuestion isChanged={() => !isSaved.current && !isSame(before, form.draft)} />
    </FormContext>
  )
}

function ViewChoice(content: {
  readonly view: View
  readonly views: readonly View[]
  readonly onView: (view: View) => void
}) {
  const { view, views, onView } = content
  return (
    <fieldset className={classes.views}>
      <legend>View</legend>
      {views.map((each) => (
        <Button
          key={each}
          size="compact-sm"
          {...(each !== view && { variant: 'default' })}
          aria-pressed={each === view}
          onClick={() => onView(each)}
        >
          {viewTitles[each]}
        </Button>
      ))}
    </fieldset>
  )
}

/** Asks before accounts are disconnected, and names them. */
function Affected({ save }: { readonly save: ReturnType<typeof useSave> }) {
  if (!save.affected) return undefined
  return (
    <Confirmation
      title="Accounts have to be connected again"
      action="Save, and disconnect them"
      isUnderWay={save.change.isPending}
      onConfirm={save.reconnect}
      onLeave={save.leave}
    >
      <p>
        This changes where credentials are sent. The secrets of accounts that use it are destroyed, and each
        has to be connected again:
      </p>
      <ul>
        {save.affected.map(({ id, name }) => (
          <li key={id}>{name}</li>
        ))}
      </ul>
    </Confirmation>
  )
}

function keyFor(base: Draft | undefined): string {
  return typeof base?.name === 'string' ? base.name.replaceAll(/[^A-Za-z0-9]/g, '').slice(0, 64) : ''
}

/** Those that values can be given to, to see it with. */
function parametersOf({ parameters }: Draft) {
  if (!Array.isArray(parameters)) return []
  return parameters.filter(
    (each): each is { name: string } & Record<string, unknown> =>
      isObject(each) && typeof each.name === 'string' && each.name !== '',
  )
}
