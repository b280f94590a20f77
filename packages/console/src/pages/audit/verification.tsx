import { Button, FileInput } from '@mantine/core'
import type { AuditCheckpointReply, AuditVerificationReply } from '@sallyport/contract'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { request } from '../../api/request.ts'
import { useChange } from '../../api/use-change.ts'
import { ChangeProblem } from '../../ui/change-problem.tsx'
import { Section } from '../../ui/page.tsx'
import classes from './audit.module.css'
import { checkpointsIn } from './kept-checkpoints.ts'
import { problemWords } from './problems.ts'

/** Goes along the chain, and compares it with what was kept elsewhere. */
export function Verification() {
  const [kept, setKept] = useState<readonly AuditCheckpointReply[]>()
  const change = useChange(
    (checkpoints: readonly AuditCheckpointReply[] | undefined) =>
      request('POST', '/v1/audit/verify', { body: checkpoints ? { checkpoints: [...checkpoints] } : {} }),
    [],
  )
  const read = async (file: File | null) => setKept(file ? checkpointsIn(await file.text()) : undefined)
  return (
    <Section title="Verify">
      <ChangeProblem change={change} />
      <div className={classes.file}>
        <FileInput
          label="Checkpoints that were kept elsewhere (optional)"
          description="JSON, or lines of it: of the log, a file or a webhook."
          placeholder="Choose a file"
          accept=".json,.jsonl,.ndjson,.log,.txt,application/json"
          clearable
          error={kept?.length === 0 && 'There is no checkpoint in this file.'}
          onChange={(file) => void read(file)}
        />
      </div>
      <Button loading={change.isPending} disabled={kept?.length === 0} onClick={() => change.mutate(kept)}>
        Verify the chain
      </Button>
      <div role="status">{change.data && <Verdict result={change.data} />}</div>
    </Section>
  )
}

function Verdict({ result }: { readonly result: AuditVerificationReply }) {
  const { intact, sequence, checkpoints, accounts, problems } = result
  return (
    <div className={classes.verdict} data-intact={intact}>
      <strong>{intact ? 'The audit is as it was written.' : 'The audit is not as it was written.'}</strong>
      <p>
        {sequence === 0
          ? 'No entry could be verified'
          : intact
            ? `Entries 1 to ${sequence} were verified`
            : `Up to entry ${sequence} it is as it was written`}
        , compared with {checkpoints === 1 ? 'one checkpoint' : `${checkpoints} checkpoints`} and the
        generations of {accounts === 1 ? 'one account' : `${accounts} accounts`}.
      </p>
      {problems.length > 0 && (
        <ol>
          {problems.map((problem) => (
            <ProblemItem
              key={`${problem.kind} ${problem.sequence} ${problem.account?.id}`}
              problem={problem}
            />
          ))}
        </ol>
      )}
    </div>
  )
}

function ProblemItem({ problem }: { readonly problem: AuditVerificationReply['problems'][number] }) {
  const { kind, message, sequence, entry, account } = problem
  const { title, todo } = problemWords[kind]
  return (
    <li>
      <strong>{title}</strong>
      {sequence !== undefined && ` at place ${sequence}`}. {message}{' '}
      {entry !== undefined && (
        <Link to="/audit/$id" params={{ id: entry }}>
          Show the entry
        </Link>
      )}
      {account && (
        <Link to="/accounts/$id" params={{ id: account.id }}>
          Show the account
        </Link>
      )}
      <p>
        <strong>To do:</strong> {todo}
      </p>
    </li>
  )
}
