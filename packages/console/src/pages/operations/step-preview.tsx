import { Button } from '@mantine/core'
import type { JsonValue } from '@sallyport/contract'
import { useMutation } from '@tanstack/react-query'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import { type Draft, upTo } from './draft.ts'
import { pretty } from './reply.ts'
import { type RunInput, run } from './run.ts'
import classes from './step-preview.module.css'
import { isRaw, stepsIn } from './steps.ts'
import { TextView } from './text-view.tsx'
import { useMayTry } from './use-may-try.ts'

/** Takes the steps as far as this one, and shows what it saw and what it put out. */
export function StepPreview(content: {
  readonly draft: Draft
  readonly index: number
  /** Undefined while a field does not hold. */
  readonly given: () => RunInput | undefined
}) {
  const { draft, index, given } = content
  const mayTry = useMayTry()
  const step = stepsIn(draft.steps)[index]
  const name = typeof step?.name === 'string' ? step.name : ''
  const previewed = useMutation({
    mutationFn: (input: RunInput) => run({ operation: upTo(draft, index) }, input),
  })
  const isStream = isRaw(step?.reply) && step.reply.as === 'stream'
  if (!mayTry || isStream) return undefined
  const start = () => {
    const input = given()
    if (input) previewed.mutate(input)
  }
  const output = previewed.data?.kind === 'value' ? previewed.data.reply.output : undefined
  return (
    <div className={classes.preview}>
      <Button
        size="xs"
        variant="default"
        loading={previewed.isPending}
        aria-label={`Run up to here, ${name === '' ? `step ${index + 1}` : name}`}
        onClick={start}
      >
        Run up to here
      </Button>
      {previewed.error && <ProblemAlert error={previewed.error} />}
      {previewed.data && <Seen name={name} output={output} />}
    </div>
  )
}

function Seen({ name, output }: { readonly name: string; readonly output: JsonValue | undefined }) {
  const steps = isRaw(output) && isRaw(output.steps) ? output.steps : undefined
  // A step that ends the operation early puts out that alone.
  if (!steps || !isRaw(output)) return <TextView label="Put out" text={pretty(output)} />
  const { [name]: own, ...before } = steps
  return (
    <div className={classes.sides}>
      <div>
        <h3>What it sees</h3>
        <TextView label={`What ${name} sees`} text={pretty({ input: output.input ?? null, steps: before })} />
      </div>
      <div>
        <h3>What it puts out</h3>
        <TextView
          label={`What ${name} puts out`}
          text={own === undefined ? 'Nothing: it was left out, or yields no value.' : pretty(own)}
        />
      </div>
    </div>
  )
}
