import { Button, FileInput, NativeSelect, Textarea, TextInput } from '@mantine/core'
import type { OperationImportReply } from '@sallyport/contract'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { faultAt } from '../../api/faults.ts'
import { Section } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import classes from './document-import.module.css'
import { type Import, importOperations, type Progress } from './import-operations.ts'
import { ImportResult } from './import-result.tsx'

interface Choices {
  readonly text: string
  readonly integration: string
  readonly prefix: string
  readonly paths: string
  readonly tags: string
  readonly existing: 'refuse' | 'keep' | 'replace'
}

const none: Choices = { text: '', integration: '', prefix: '', paths: '', tags: '', existing: 'refuse' }

/** Operations from an OpenAPI or Swagger document: all that it chooses, or nothing. */
export function DocumentImport({ onMade }: { readonly onMade: () => void }) {
  const [file, setFile] = useState<File | null>(null)
  const [choices, setChoices] = useState(none)
  const [progress, setProgress] = useState<Progress>()
  const importing = useMutation({
    async mutationFn(dryRun: boolean): Promise<OperationImportReply> {
      setProgress(undefined)
      const document = file ? await file.text() : choices.text
      const result = await importOperations(bodyOf(document, choices, dryRun), setProgress)
      if (!dryRun) onMade()
      return result
    },
  })
  const { error, isPending, variables: isDry } = importing
  const isReady = (file !== null || choices.text.trim() !== '') && !isPending
  const fields = { choices, error, set: (change: Partial<Choices>) => setChoices({ ...choices, ...change }) }
  return (
    <Section title="From an OpenAPI document">
      <form
        noValidate
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault()
          if (isReady) importing.mutate(false)
        }}
      >
        <FileInput
          label="File"
          description="OpenAPI 3.0 or 3.1, or Swagger 2.0, in JSON or YAML, up to 32 MiB"
          placeholder="Choose a file"
          clearable
          value={file}
          error={file ? faultAt(error, '/document') : undefined}
          onChange={setFile}
        />
        <ChoiceFields {...fields} hasFile={file !== null} />
        <div className={classes.ways}>
          <Button type="submit" disabled={!isReady} loading={isPending && !isDry}>
            Import
          </Button>
          <Button
            variant="default"
            disabled={!isReady}
            loading={isPending && isDry}
            onClick={() => importing.mutate(true)}
          >
            Show what would be made
          </Button>
        </div>
      </form>
      {isPending && <ProgressView progress={progress} />}
      {error && <ProblemAlert error={error} />}
      {importing.data && <ImportResult result={importing.data} />}
    </Section>
  )
}

function ChoiceFields(content: {
  readonly choices: Choices
  readonly error: unknown
  readonly hasFile: boolean
  readonly set: (change: Partial<Choices>) => void
}) {
  const { choices, error, hasFile, set } = content
  const text = (name: 'integration' | 'prefix' | 'paths' | 'tags') => ({
    value: choices[name],
    error: faultAt(error, `/${name}`),
    onChange: (event: { readonly currentTarget: { readonly value: string } }) =>
      set({ [name]: event.currentTarget.value }),
  })
  return (
    <>
      {!hasFile && (
        <Textarea
          label="Or the text of the document"
          rows={6}
          spellCheck={false}
          value={choices.text}
          error={faultAt(error, '/document')}
          classNames={{ input: classes.code ?? '' }}
          onChange={(event) => set({ text: event.currentTarget.value })}
        />
      )}
      <TextInput
        label="Key of the integration"
        description="By which the operations call. Where there is none of this key, it is made from the document"
        {...text('integration')}
      />
      <details>
        <summary>Which operations, and by what keys</summary>
        <div className={classes.form}>
          <TextInput label="Before each key" {...text('prefix')} />
          <TextInput
            label="Only paths"
            description="With a comma between; /things* takes all that begin like that"
            {...text('paths')}
          />
          <TextInput label="Only tags" description="With a comma between" {...text('tags')} />
          <NativeSelect
            label="Operations whose keys are there already"
            value={choices.existing}
            data={existing}
            onChange={(event) => set({ existing: event.currentTarget.value as Choices['existing'] })}
          />
        </div>
      </details>
    </>
  )
}

const existing = [
  { value: 'refuse', label: 'Import nothing, and name them' },
  { value: 'keep', label: 'Keep them as they are' },
  { value: 'replace', label: 'Replace them' },
]

function ProgressView({ progress }: { readonly progress: Progress | undefined }) {
  return (
    <p role="status" className={classes.progress}>
      <progress
        aria-label="Import"
        {...(progress && { max: Math.max(1, progress.total), value: progress.done })}
      />
      {progress ? `${progress.done} of ${progress.total} operations read` : 'The document is read…'}
    </p>
  )
}

function bodyOf(
  document: string,
  { integration, prefix, paths, tags, existing }: Choices,
  dryRun: boolean,
): Import {
  const list = (text: string) => {
    const parts = text.split(',').map((part) => part.trim())
    return parts.filter((part) => part !== '')
  }
  return {
    ...{ document, existing, dryRun },
    ...(integration !== '' && { integration }),
    ...(prefix !== '' && { prefix }),
    ...(list(paths).length > 0 && { paths: list(paths) }),
    ...(list(tags).length > 0 && { tags: list(tags) }),
  }
}
