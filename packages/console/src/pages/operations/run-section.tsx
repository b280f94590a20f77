import { Button } from '@mantine/core'
import { type ReactNode, useRef } from 'react'
import { Section } from '../../ui/page.tsx'
import { InputForm } from './input-form.tsx'
import { allHold } from './json-field.tsx'
import { OutcomeView } from './outcome-view.tsx'
import type { Subject } from './run.ts'
import classes from './run-section.module.css'
import type { InputForm as Form } from './use-input.ts'
import { useMayTry } from './use-may-try.ts'
import type { useRun } from './use-run.ts'

/** The form by which an operation is run, and what came of it. */
export function RunSection(content: {
  readonly title: string
  readonly subject: Subject
  readonly form: Form
  readonly account: string | undefined
  readonly ran: ReturnType<typeof useRun>
  /** Whether what is edited holds, as far as can be told here. */
  readonly isReady?: () => boolean
  readonly children?: ReactNode
}) {
  const { title, subject, form, account, ran, isReady, children } = content
  const mayTry = useMayTry()
  const place = useRef<HTMLFormElement>(null)
  const start = (isDry: boolean) => {
    if (isReady?.() === false || Object.keys(form.faults).length > 0 || !allHold(place.current)) return
    ran.mutate({ given: { input: form.input, account }, isDry })
  }
  if (subject.key === undefined && !mayTry) return undefined
  const isRunning = ran.isPending && !ran.variables.isDry
  return (
    <Section title={title}>
      <form
        ref={place}
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          start(false)
        }}
      >
        {children}
        <InputForm form={form} error={ran.error} />
        <div className={classes.ways}>
          <Button type="submit" loading={isRunning} disabled={ran.isPending}>
            Run
          </Button>
          <Button
            variant="default"
            loading={ran.isPending && !isRunning}
            disabled={ran.isPending}
            onClick={() => start(true)}
          >
            Show the request only
          </Button>
        </div>
      </form>
      <OutcomeOf ran={ran} />
    </Section>
  )
}

function OutcomeOf({ ran }: { readonly ran: ReturnType<typeof useRun> }) {
  if (ran.isPending || ran.isIdle) return undefined
  const { data, error, variables } = ran
  if (variables.isDry && data && !data.sent)
    return <p role="status">It sends no request: all of its steps compute. Run it to see what comes out.</p>
  return <OutcomeView outcome={data?.outcome} sent={data?.sent} error={error} />
}
