import classes from './progress.module.css'

/** How far something has come that takes its time, as a bar and in numbers. */
export function Progress(content: {
  readonly label: string
  readonly done: number
  readonly total: number
  /** What is counted: “values”. */
  readonly of: string
}) {
  const { label, done, total, of } = content
  return (
    <div className={classes.progress}>
      <strong>{label}</strong>
      <progress aria-label={label} value={total === 0 ? 1 : Math.min(done, total)} max={Math.max(total, 1)} />
      <span>
        {done} of {total} {of}
      </span>
    </div>
  )
}
