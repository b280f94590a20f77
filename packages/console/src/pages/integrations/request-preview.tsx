import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { Failure } from '../../api/failure.ts'
import { request } from '../../api/request.ts'
import { useMay } from '../../api/use-may.ts'
import { Section } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import { type PreviewParameter, PreviewValues } from './preview-values.tsx'
import { PreviewedRequests } from './previewed-requests.tsx'
import classes from './request-preview.module.css'

/** So long after the last change somebody has stopped typing. */
const pauseMilliseconds = 700

/**
 * What a definition would send, as it is being written: asked for after each pause. `integration` is the key of the one
 * that `draft` changes, as a merge patch. While there are faults the last requests stay, and it says how many there are.
 */
export function RequestPreview(content: {
  readonly draft: Readonly<Record<string, unknown>>
  readonly integration?: string | undefined
  /** Values that can be given to see it with. */
  readonly parameters?: readonly PreviewParameter[]
}) {
  const { draft, integration, parameters = [] } = content
  const [values, setValues] = useState<Readonly<Record<string, string>>>({})
  const settled = useSettled(JSON.stringify([draft, given(values)]))
  const may = useMay('integrations:write')
  const query = useQuery({
    queryKey: ['integrations', 'preview', integration, settled],
    queryFn: () => {
      const [definition, seenWith] = JSON.parse(settled) as [Record<string, unknown>, Record<string, string>]
      const of = integration === undefined ? {} : { integration }
      return request('POST', '/v1/integrations/preview', {
        body: { definition, parameters: seenWith, ...of },
      })
    },
    enabled: may,
    staleTime: Number.POSITIVE_INFINITY,
    // A draft may hold secrets, which are not to stay behind.
    gcTime: 0,
    retry: false,
    placeholderData: keepPreviousData,
  })
  const shown = useLast(query.data)
  const faults = faultsOf(query.error)
  if (!may) return undefined
  return (
    <Section title="What it would send">
      <p role="status" className={classes.state}>
        {stateOf(faults, shown !== undefined)}
      </p>
      <PreviewValues parameters={parameters} values={values} onChange={setValues} />
      {query.error && faults === 0 && <ProblemAlert error={query.error} retry={() => void query.refetch()} />}
      {shown && (
        <div data-outdated={query.error ? true : undefined} className={classes.requests}>
          <PreviewedRequests preview={shown} />
        </div>
      )}
    </Section>
  )
}

function stateOf(faults: number, isShown: boolean): string {
  if (faults === 0) return 'Nothing is sent or stored by looking.'
  const left = faults === 1 ? 'one fault' : `${faults} faults`
  return isShown
    ? `The definition has ${left} now. These are the last requests that could be made of it.`
    : `They are shown here once the definition is whole. It has ${left} yet.`
}

/** What is empty has not been given. */
function given(values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''))
}

/** A value once it has stayed the same for a while. */
function useSettled(value: string): string {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), pauseMilliseconds)
    return () => clearTimeout(timer)
  }, [value])
  return settled
}

/** The latest that there was. */
function useLast<Value>(value: Value | undefined): Value | undefined {
  const [last, setLast] = useState(value)
  useEffect(() => {
    if (value !== undefined) setLast(value)
  }, [value])
  return value ?? last
}

function faultsOf(error: unknown): number {
  const isOfDefinition = error instanceof Failure && error.code === 'definition_invalid'
  return isOfDefinition ? (error.problem?.errors?.length ?? 1) : 0
}
