import { Button, Checkbox, NativeSelect, TextInput } from '@mantine/core'
import type { JsonValue } from '@sallyport/contract'
import { useRef, useState } from 'react'
import { withMember } from './draft.ts'
import { useFault } from './faults.tsx'
import fieldClasses from './fields.module.css'
import type { Raw } from './fields.ts'
import classes from './input-editor.module.css'
import { JsonField } from './json-field.tsx'
import { isRaw } from './steps.ts'

interface Member {
  readonly id: number
  readonly name: string
  readonly schema: Raw
  readonly isRequired: boolean
}

const types = ['string', 'number', 'integer', 'boolean', 'array', 'object'].map((value) => ({
  value,
  label:
    {
      string: 'Text',
      number: 'Number',
      integer: 'Whole number',
      boolean: 'Yes or no',
      array: 'List',
      object: 'Object',
    }[value] ?? value,
}))

/** What a run takes: a row for each member, or the whole JSON Schema. */
export function InputEditor({
  schema,
  onChange,
}: {
  readonly schema: Raw
  readonly onChange: (schema: Raw) => void
}) {
  const [isJson, setJson] = useState(false)
  const error = useFault('/input')
  return (
    <div className={fieldClasses.fields}>
      {isJson ? (
        <JsonField
          label="JSON Schema of the input"
          value={schema}
          error={error}
          rows={12}
          onChange={(value) => onChange(isRaw(value) ? value : {})}
        />
      ) : (
        <>
          {error && <p className={fieldClasses.fault}>{error}</p>}
          <Members schema={schema} onChange={onChange} />
        </>
      )}
      <Button className={classes.switch} size="xs" variant="subtle" onClick={() => setJson(!isJson)}>
        {isJson ? 'Edit as rows' : 'Edit as JSON Schema'}
      </Button>
    </div>
  )
}

function Members({ schema, onChange }: { readonly schema: Raw; readonly onChange: (schema: Raw) => void }) {
  const ids = useRef(0)
  const [members, setMembers] = useState(() =>
    membersOf(schema).map((member) => ({ ...member, id: ids.current++ })),
  )
  const change = (next: readonly Member[]) => {
    setMembers([...next])
    onChange(schemaOf(schema, next))
  }
  const set = (id: number, part: Partial<Member>) =>
    change(members.map((member) => (member.id === id ? { ...member, ...part } : member)))
  return (
    <>
      {members.length === 0 && <p className={fieldClasses.help}>A run takes no input that is named here.</p>}
      <ul className={classes.members}>
        {members.map((member, index) => (
          <li key={member.id} aria-label={`Input ${index + 1}`}>
            <TextInput
              label="Name"
              value={member.name}
              spellCheck={false}
              autoFocus={member.name === ''}
              onChange={(event) => set(member.id, { name: event.currentTarget.value })}
            />
            <NativeSelect
              label="Type"
              value={typeof member.schema.type === 'string' ? member.schema.type : ''}
              data={[{ value: '', label: 'Any' }, ...types]}
              onChange={({ currentTarget: { value } }) =>
                set(member.id, { schema: withMember(member.schema, 'type', value || undefined) })
              }
            />
            <TextInput
              label="Help"
              value={typeof member.schema.description === 'string' ? member.schema.description : ''}
              onChange={({ currentTarget: { value } }) =>
                set(member.id, { schema: withMember(member.schema, 'description', value || undefined) })
              }
            />
            <Checkbox
              label="Required"
              checked={member.isRequired}
              onChange={(event) => set(member.id, { isRequired: event.currentTarget.checked })}
            />
            <Button
              variant="default"
              aria-label={`Remove input ${index + 1}`}
              onClick={() => change(members.filter(({ id }) => id !== member.id))}
            >
              ×
            </Button>
          </li>
        ))}
      </ul>
      <Button
        className={classes.switch}
        size="xs"
        variant="default"
        onClick={() =>
          setMembers([
            ...members,
            { id: ids.current++, name: '', schema: { type: 'string' }, isRequired: false },
          ])
        }
      >
        Add input
      </Button>
    </>
  )
}

function membersOf({ properties, required }: Raw): Omit<Member, 'id'>[] {
  const needed: readonly JsonValue[] = Array.isArray(required) ? required : []
  return Object.entries(isRaw(properties) ? properties : {}).map(([name, schema]) => ({
    ...{ name, isRequired: needed.includes(name) },
    schema: isRaw(schema) ? schema : {},
  }))
}

function schemaOf(schema: Raw, members: readonly Member[]): Raw {
  const named = members.filter(({ name }) => name !== '')
  const required = named.flatMap(({ name, isRequired }) => (isRequired ? [name] : []))
  const properties = Object.fromEntries(named.map((member) => [member.name, { ...member.schema }]))
  return withMember(
    { type: 'object', ...schema, properties },
    'required',
    required.length > 0 ? required : undefined,
  )
}
