import { Textarea, TextInput } from '@mantine/core'
import type { ComponentPropsWithRef } from 'react'
import type { FieldProps } from './field-props.ts'
import { useField, useForm } from './form-context.tsx'
import { helpOf } from './help.tsx'
import { unknownNames } from './placeholders.ts'
import classes from './text-field.module.css'
import { numberOf } from './texts.ts'
import { useCompletion } from './use-completion.ts'

/** A text; where placeholders may stand, they are offered as soon as a brace opens. */
export function TextField(props: FieldProps) {
  const { pointer, schema, title, help, isRequired, filled } = props
  const { value, set, error, id } = useField(pointer)
  const { isStored } = useForm()
  const isFixed = isStored && schema['x-immutable'] === true
  const preset = typeof schema.default === 'string' ? schema.default : undefined
  return (
    <PlaceholderText
      text={value === undefined ? '' : String(value)}
      isLong={schema['x-multiline'] === true}
      isTemplate={schema.format === 'template' || schema.anyOf !== undefined}
      filled={filled}
      // What has to be there stays, be it empty: the shape that it belongs to is told by it.
      onText={(text) => set(text === '' && !isRequired ? undefined : text)}
      input={{
        ...{ id, error, label: title, description: helpOf(help), withAsterisk: isRequired },
        ...(preset !== undefined && { placeholder: `Default: ${preset === ' ' ? 'a space' : preset}` }),
        readOnly: isFixed,
      }}
    />
  )
}

/** A number, or a text with placeholders that becomes one. */
export function NumberOrTextField({ pointer, schema, title, help, isRequired, filled }: FieldProps) {
  const { value, set, error, id } = useField(pointer)
  return (
    <PlaceholderText
      text={value === undefined ? '' : String(value)}
      isTemplate
      filled={filled}
      onText={(text) => set(numberOf(text))}
      input={{
        ...{ id, error, label: title, description: helpOf(help), withAsterisk: isRequired },
        ...(schema.default !== undefined && { placeholder: `Default: ${String(schema.default)}` }),
      }}
    />
  )
}

type Input = Pick<
  ComponentPropsWithRef<typeof TextInput>,
  'id' | 'error' | 'label' | 'description' | 'withAsterisk' | 'placeholder' | 'readOnly' | 'aria-label'
>

/** A field of text in which parameters are completed: by arrows and Enter, or by pointer; Escape leaves the list. */
export function PlaceholderText(content: {
  readonly text: string
  readonly onText: (text: string) => void
  readonly isTemplate: boolean
  readonly isLong?: boolean
  readonly filled: readonly string[]
  readonly input: Input
}) {
  const { text, onText, isTemplate, isLong = false, filled, input } = content
  const { names, active, list, choose, props } = useCompletion({ text, onText, isTemplate, filled })
  const shared = { ...input, ...props, value: text, autoComplete: 'off', spellCheck: false }
  const isOpen = names.length > 0
  return (
    <div className={classes.field}>
      {isLong ? (
        <Textarea {...shared} rows={Math.min(Math.max(text.split('\n').length, 3), 12)} />
      ) : (
        <TextInput {...shared} {...(isTemplate && { role: 'combobox', 'aria-expanded': isOpen })} />
      )}
      {isOpen && (
        <div role="listbox" id={list} aria-label="Placeholders" className={classes.list}>
          {names.map((name, index) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the field
            <div
              key={name}
              role="option"
              tabIndex={-1}
              id={`${list}-${index}`}
              aria-selected={index === active}
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => choose(name)}
            >
              {`{${name}}`}
            </div>
          ))}
        </div>
      )}
      {isTemplate && <Unknown text={text} filled={filled} />}
    </div>
  )
}

/** Names in braces that nothing stands for, as soon as they are there; a parameter can be made of them. */
function Unknown({ text, filled }: { readonly text: string; readonly filled: readonly string[] }) {
  const { parameters, addParameter } = useForm()
  const names = parameters ? unknownNames(text, parameters, filled) : []
  return names.map((name) => (
    <p key={name} className={classes.unknown}>
      No parameter is called <code>{name}</code>.{' '}
      <button type="button" onClick={() => addParameter(name)}>
        Add it
      </button>
    </p>
  ))
}
