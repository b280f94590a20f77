import { Button, NativeSelect, TextInput } from '@mantine/core'
import type { JsonValue } from '@sallyport/contract'
import { type ReactNode, useId, useLayoutEffect, useRef, useState } from 'react'
import { withMember } from './draft.ts'
import { useFailure, useFault } from './faults.tsx'
import { FieldSet } from './field-editor.tsx'
import fieldClasses from './fields.module.css'
import type { Raw } from './fields.ts'
import { JsonField } from './json-field.tsx'
import { commonFields, type StepKind, stepKinds, wordsOf } from './step-kinds.ts'
import classes from './step-list.module.css'
import { blankStep, isRaw, moved, stepsIn } from './steps.ts'

interface Steps {
  readonly label: string
  /** JSON Pointer within the operation. */
  readonly path: string
  readonly steps: readonly Raw[]
  /** Names that steps have, those of the whole operation. */
  readonly taken: readonly string[]
  readonly onChange: (steps: readonly Raw[]) => void
  /** What stands below a step, by its place. */
  readonly below?: (index: number) => ReactNode
}

/** Steps in the order in which they are taken: added, changed, moved and removed, by keyboard too. */
export function StepList({ label, path, steps, taken, onChange, below }: Steps) {
  const place = useId()
  const count = useRef(steps.length)
  // What a step is called may change: each keeps an id of its own while it is edited.
  const [ids, setIds] = useState<readonly number[]>(() => steps.map((_, index) => index))
  const [said, setSaid] = useState('')
  const nextFocus = useRef<string>(undefined)
  useLayoutEffect(() => {
    if (nextFocus.current !== undefined) document.getElementById(`${place}${nextFocus.current}`)?.focus()
    nextFocus.current = undefined
  })
  const change = (nextSteps: readonly Raw[], nextIds: readonly number[], what: string) => {
    setIds(nextIds)
    setSaid(what)
    onChange(nextSteps)
  }
  const move = (from: number, to: number) => {
    // At an end there is only the way back.
    const way = to === 0 ? 'down' : to === steps.length - 1 ? 'up' : to < from ? 'up' : 'down'
    nextFocus.current = `${ids[from]}${way}`
    change(
      moved(steps, from, to),
      moved(ids, from, to),
      `${nameOf(steps[from])} is now step ${to + 1} of ${steps.length}.`,
    )
  }
  const add = (kind: StepKind) => {
    const id = count.current++
    nextFocus.current = `${id}name`
    change([...steps, blankStep(kind, taken)], [...ids, id], 'A step was added.')
  }
  const remove = (index: number) => {
    nextFocus.current = 'add'
    change(steps.toSpliced(index, 1), ids.toSpliced(index, 1), `${nameOf(steps[index])} was removed.`)
  }
  return (
    <section aria-label={label} className={classes.list}>
      <ol>
        {steps.map((step, index) => (
          <li key={ids[index]} aria-label={`Step ${index + 1}, ${nameOf(step)}`}>
            <StepHead
              id={`${place}${ids[index]}`}
              {...{ step, index, count: steps.length }}
              onMove={(to) => move(index, to)}
              onRemove={() => remove(index)}
            />
            <StepFields
              nameId={`${place}${ids[index]}name`}
              step={step}
              path={`${path}/${index}`}
              taken={taken}
              onChange={(next) => onChange(steps.with(index, next))}
            />
            {below?.(index)}
          </li>
        ))}
      </ol>
      <AddStep id={`${place}add`} to={label} onAdd={add} />
      <p role="status" className={classes.said}>
        {said}
      </p>
    </section>
  )
}

function AddStep(content: {
  readonly id: string
  readonly to: string
  readonly onAdd: (kind: StepKind) => void
}) {
  const { id, to, onAdd } = content
  const [kind, setKind] = useState<StepKind>('http')
  return (
    <div className={classes.add}>
      <NativeSelect
        aria-label={`Kind of step to add to ${to.toLowerCase()}`}
        value={kind}
        data={Object.entries(stepKinds).map(([value, words]) => ({ value, label: words.label }))}
        onChange={(event) => setKind(event.currentTarget.value as StepKind)}
      />
      <Button id={id} variant="default" onClick={() => onAdd(kind)}>
        Add step
      </Button>
      <span className={classes.does}>{stepKinds[kind].does}</span>
    </div>
  )
}

function StepHead(content: {
  readonly id: string
  readonly step: Raw
  readonly index: number
  readonly count: number
  readonly onMove: (to: number) => void
  readonly onRemove: () => void
}) {
  const { id, step, index, count, onMove, onRemove } = content
  const name = nameOf(step)
  return (
    <div className={classes.head}>
      <span className={classes.number}>{index + 1}</span>
      <span className={classes.kind}>{wordsOf(step.kind)?.label ?? 'Step'}</span>
      <span className={classes.ways}>
        {count > 1 && (
          <>
            <Way id={`${id}up`} name={name} to="up" isOut={index === 0} onGo={() => onMove(index - 1)} />
            <Way
              id={`${id}down`}
              name={name}
              to="down"
              isOut={index === count - 1}
              onGo={() => onMove(index + 1)}
            />
          </>
        )}
        <Button size="xs" variant="default" aria-label={`Remove ${name}`} onClick={onRemove}>
          Remove
        </Button>
      </span>
    </div>
  )
}

function Way(content: {
  readonly id: string
  readonly name: string
  readonly to: 'up' | 'down'
  readonly isOut: boolean
  readonly onGo: () => void
}) {
  const { id, name, to, isOut, onGo } = content
  return (
    <Button
      id={id}
      size="xs"
      variant="default"
      aria-label={`Move ${name} ${to}`}
      disabled={isOut}
      onClick={onGo}
    >
      {to === 'up' ? '↑' : '↓'}
    </Button>
  )
}

function StepFields(content: {
  readonly nameId: string
  readonly step: Raw
  readonly path: string
  readonly taken: readonly string[]
  readonly onChange: (step: Raw) => void
}) {
  const { nameId, step, path, taken, onChange } = content
  const words = wordsOf(step.kind)
  const inner = Object.entries(words?.fields ?? {}).filter(([, { control }]) => control.kind === 'steps')
  const known = [...Object.keys(words?.fields ?? {}), ...Object.keys(commonFields), 'name']
  const other = useFault(path, known)
  const failure = useFailure(nameOf(step))
  const set = (name: string, value: JsonValue | undefined) => onChange(withMember(step, name, value))
  return (
    <div className={fieldClasses.fields}>
      {failure !== undefined && (
        <p role="alert" className={classes.failure}>
          Failed in the run: {failure}
        </p>
      )}
      {other !== undefined && <p className={fieldClasses.fault}>{other}</p>}
      <TextInput
        id={nameId}
        label="Name"
        description={`Later steps see what it puts out as {steps.${nameOf(step)}}`}
        value={typeof step.name === 'string' ? step.name : ''}
        error={useFault(`${path}/name`)}
        spellCheck={false}
        onChange={(event) => set('name', event.currentTarget.value)}
      />
      {words ? (
        <FieldSet
          fields={{ ...words.fields, ...commonFields }}
          path={path}
          value={step}
          onChange={onChange}
        />
      ) : (
        <JsonField label="Step" value={step} onChange={(value) => isRaw(value) && onChange(value)} />
      )}
      {inner.map(([name, { label, help }]) => (
        <div key={name} className={classes.inner}>
          <h3>{label}</h3>
          {help && <p className={fieldClasses.help}>{help}</p>}
          <StepList
            label={`${label} of ${nameOf(step)}`}
            path={`${path}/${name}`}
            steps={stepsIn(step[name])}
            taken={taken}
            onChange={(next) => set(name, [...next])}
          />
        </div>
      ))}
    </div>
  )
}

function nameOf(step: Raw | undefined): string {
  return typeof step?.name === 'string' && step.name !== '' ? step.name : 'the step'
}
