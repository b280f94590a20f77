import { NativeSelect, Textarea } from '@mantine/core'
import type { FormSchema, OpenField, ProviderReply } from '@sallyport/contract'
import { useState } from 'react'
import { Section } from '../../ui/page.tsx'
import { isObject, segmentsOf, within } from './draft.ts'
import { controlOf, fieldsOf, schemaAt } from './field.ts'
import classes from './field-view.module.css'
import { FieldList, FieldView } from './field-view.tsx'
import { useField, useForm } from './form-context.tsx'
import { sectionsOf } from './sections.ts'
import { jsonOf } from './texts.ts'
import { withoutSecrets, withSecretsOf } from './written.ts'

const alone: ReadonlySet<string> = new Set(['group', 'items', 'variants'])

/** Every field of a definition, by section. */
export function HttpView({ schema }: { readonly schema: FormSchema }) {
  const { draft } = useForm()
  return sectionsOf(schema, draft).map(({ id, title, fields }) => {
    const [only] = fields
    const isAlone = fields.length === 1 && only && alone.has(controlOf(only.schema).kind)
    return (
      <Section key={id} title={title}>
        <div className={classes.content}>
          {isAlone ? <FieldView field={only} pointer={only.pointer} isBare /> : <FieldList fields={fields} />}
        </div>
      </Section>
    )
  })
}

/** What this provider leaves open, and nothing else. */
export function SimpleView(content: {
  readonly schema: FormSchema
  readonly entry: ProviderReply
  readonly placed: (pointer: string) => string
}) {
  const { schema, entry, placed } = content
  const { draft } = useForm()
  const own = fieldsOf(schema)
    .filter((field) => field.schema['x-simple'])
    .map((field) => ({ ...field, pointer: within('', field.name) }))
  const open = entry.open.flatMap((field) => {
    const pointer = placed(field.path)
    const found = schemaAt(schema, draft, segmentsOf(pointer))
    return found ? [{ ...field, pointer, schema: found }] : []
  })
  return (
    <>
      <Section title={entry.name}>
        <div className={classes.content}>
          <FieldList fields={own} />
          {entry.apis && <ApiChoice apis={entry.apis} />}
          <div className={classes.fields}>
            {open.map((field) => (
              <OpenFieldView key={field.pointer} field={field} />
            ))}
          </div>
          {entry.docs !== undefined && (
            <p className={classes.help}>
              <a href={entry.docs} target="_blank" rel="noreferrer">
                What the provider says about it
              </a>
            </p>
          )}
        </div>
      </Section>
      <Asked schema={schema} />
    </>
  )
}

function OpenFieldView({
  field,
}: {
  readonly field: OpenField & { readonly pointer: string; readonly schema: FormSchema }
}) {
  const { pointer, schema, label, help, required = false } = field
  return (
    <FieldView
      field={{ name: label, schema, isRequired: required }}
      pointer={pointer}
      title={label}
      {...(help !== undefined && { help })}
    />
  )
}

/** Which of a provider’s APIs: with its address, which a definition says. */
function ApiChoice({ apis }: { readonly apis: NonNullable<ProviderReply['apis']> }) {
  const { draft, set } = useForm()
  const index = apis.findIndex(({ api, version }) => api === draft.api && version === draft.version)
  return (
    <NativeSelect
      label="API"
      value={index === -1 ? '' : String(index)}
      data={[
        { value: '', label: 'Not said' },
        ...apis.map(({ name, version }, place) => ({
          value: String(place),
          label: version === undefined ? name : `${name}, ${version}`,
        })),
      ]}
      onChange={(event) => {
        const chosen = event.currentTarget.value === '' ? undefined : apis[Number(event.currentTarget.value)]
        set('/api', chosen?.api)
        set('/version', chosen?.version)
        if (chosen) set('/baseUrl', chosen.baseUrl)
      }}
    />
  )
}

/** What is asked for when an account is connected; what most of them would answer can be said once. */
function Asked({ schema }: { readonly schema: FormSchema }) {
  const { draft } = useForm()
  const parameters = Array.isArray(draft.parameters) ? draft.parameters : []
  const preset = schemaAt(schema, draft, ['parameters', '0', 'default'])
  if (parameters.length === 0 || !preset) return undefined
  return (
    <Section title="Asked for with each account">
      <div className={classes.fields}>
        {parameters.map((each: unknown, index) =>
          isObject(each) && each.secret !== true ? (
            <FieldView
              key={String(each.name)}
              field={{ name: 'default', schema: preset, isRequired: false }}
              pointer={within(within('/parameters', index), 'default')}
              title={`${String(each.label ?? each.name)}, unless an account says otherwise`}
              {...(typeof each.help === 'string' && { help: each.help })}
            />
          ) : (
            <p key={isObject(each) ? String(each.name) : ''} className={classes.help}>
              {isObject(each) ? String(each.label ?? each.name) : ''}: a secret of each account.
            </p>
          ),
        )}
      </div>
    </Section>
  )
}

/** The definition as the API takes it, without secrets. What is written here is the same draft. */
export function JsonView(content: {
  readonly schema: FormSchema
  readonly onDraft: (draft: Readonly<Record<string, unknown>>) => void
}) {
  const { schema, onDraft } = content
  const { draft, setUnreadable } = useForm()
  const { error, id } = useField('')
  const [text, setText] = useState(() => JSON.stringify(withoutSecrets(schema, draft), null, 2))
  const change = (typed: string) => {
    setText(typed)
    const read = jsonOf(typed)
    const message =
      'fault' in read ? read.fault : isObject(read.value) ? undefined : 'A definition is a JSON object.'
    setUnreadable('', message === undefined ? undefined : { text: typed, message })
    if ('value' in read && isObject(read.value)) onDraft(withSecretsOf(schema, draft, read.value))
  }
  return (
    <Section title="As JSON">
      <Textarea
        label="Definition"
        description="As the API takes it. Secrets are left out here; those that are stored or were typed are kept."
        id={id}
        error={error}
        rows={Math.min(Math.max(text.split('\n').length, 8), 30)}
        spellCheck={false}
        value={text}
        onChange={(event) => change(event.currentTarget.value)}
      />
    </Section>
  )
}
