import { Button, NativeSelect, Textarea, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Section } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import { type Draft, withMember } from './draft.ts'
import { useFault } from './faults.tsx'
import { FieldSet } from './field-editor.tsx'
import fieldClasses from './fields.module.css'
import { type Fields, plain } from './fields.ts'
import { integrations } from './queries.ts'
import { requestFields } from './step-kinds.ts'

/** What is said of the whole besides its name. */
const wholeFields: Fields = {
  adapter: { label: 'Adapter', help: 'By which a profile’s key calls', control: plain('adapter') },
  output: {
    label: 'Output',
    help: 'JSON or a template, as {steps.find.body}; default: what the last step puts out',
    control: plain('json'),
  },
  timeoutSeconds: {
    label: 'Seconds that a run may take',
    help: 'Default 60',
    control: plain('number'),
    isMore: true,
  },
  outputSchema: {
    label: 'JSON Schema of the output',
    help: 'For whoever reads it',
    control: plain('json'),
    isMore: true,
  },
  inputFrom: {
    label: 'Ask the API which input there is',
    help: 'For fields that only the API knows',
    isMore: true,
    control: {
      kind: 'group',
      fields: {
        ...requestFields,
        map: {
          label: 'Schema from the reply',
          help: 'JSONata over its body: the JSON Schema of the input',
          control: plain('expression'),
        },
      },
    },
  },
}

/** By what name it is saved, and for whom. */
export function SaveSection(content: {
  readonly draft: Draft
  readonly isNew: boolean
  readonly error: unknown
  readonly isSaving: boolean
  readonly onChange: (draft: Draft) => void
  readonly onSave: () => void
}) {
  const { draft, isNew, error, isSaving, onChange, onSave } = content
  const known = useQuery(integrations).data?.items ?? []
  const set = (name: string, text: string, empty?: string) =>
    onChange(withMember(draft, name, text === '' ? empty : text))
  const text = (name: string) => (typeof draft[name] === 'string' ? draft[name] : '')
  const integration = text('integration')
  const keyFault = useFault('/key')
  return (
    <Section title={isNew ? 'Save as an operation' : 'Save'}>
      <form
        noValidate
        className={fieldClasses.fields}
        onSubmit={(event) => {
          event.preventDefault()
          onSave()
        }}
      >
        {error !== null && error !== undefined && <ProblemAlert error={error} />}
        <TextInput
          label="Name"
          value={text('name')}
          error={useFault('/name')}
          maxLength={200}
          onChange={(event) => set('name', event.currentTarget.value, '')}
        />
        {isNew && (
          <TextInput
            label="Key"
            description="Letters and digits; by it the operation is run. It never changes."
            value={text('key')}
            error={keyFault}
            maxLength={64}
            spellCheck={false}
            onChange={(event) => set('key', event.currentTarget.value, '')}
          />
        )}
        <Textarea
          label="Description"
          rows={2}
          value={text('description')}
          error={useFault('/description')}
          onChange={(event) => set('description', event.currentTarget.value)}
        />
        <NativeSelect
          label="Integration"
          description="Accounts of others are refused"
          value={integration}
          error={useFault('/integration')}
          data={[
            { value: '', label: 'Any' },
            ...known.map(({ key, name }) => ({ value: key, label: name })),
            ...(integration === '' || known.some(({ key }) => key.toLowerCase() === integration.toLowerCase())
              ? []
              : [integration]),
          ]}
          onChange={(event) => set('integration', event.currentTarget.value)}
        />
        <FieldSet fields={wholeFields} path="" value={draft} onChange={onChange} />
        <div>
          <Button type="submit" loading={isSaving}>
            Save
          </Button>
        </div>
      </form>
    </Section>
  )
}
