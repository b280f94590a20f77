import type { FormSchema } from '@sallyport/contract'
import { useEffect, useRef } from 'react'
import classes from './fault-summary.module.css'
import type { Fault } from './form-context.tsx'
import { Help } from './help.tsx'
import { labelAt } from './label-at.ts'

/** All that has to be mended, each with a way to its field. */
export function FaultSummary(content: {
  readonly title: string
  readonly faults: readonly Fault[]
  readonly schema: FormSchema
  readonly draft: unknown
  readonly onGo: (pointer: string) => void
}) {
  const { title, faults, schema, draft, onGo } = content
  const place = useRef<HTMLDivElement>(null)
  // Whoever saved is told at once, also by what is read out.
  // biome-ignore lint/correctness/useExhaustiveDependencies: each answer counts
  useEffect(() => place.current?.focus(), [faults])
  return (
    <div ref={place} role="alert" tabIndex={-1} className={classes.summary}>
      <strong>{title}</strong>
      <ul>
        {faults.map(({ path, message }) => (
          <li key={`${path} ${message}`}>
            <button type="button" onClick={() => onGo(path)}>
              {labelAt(schema, draft, path)}
            </button>
            : <Help text={message} />
          </li>
        ))}
      </ul>
    </div>
  )
}
