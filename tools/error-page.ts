import type { Blame, ErrorRow, Retry } from '@sallyport/contract'

const whoseMove: Readonly<Record<Blame, string>> = {
  caller: 'the caller',
  definition: 'whoever keeps the definition',
  account: 'whoever connected the account',
  app: 'whoever owns the app',
  provider: 'the provider',
  operator: 'whoever operates Sallyport',
  sallyport: 'Sallyport',
}

const whetherAgain: Readonly<Record<Retry, string>> = {
  no: 'does not help',
  later: 'may succeed later',
  after_change: 'after a change',
  after_reconnect: 'after the account is connected again',
}

const introduction = `# Errors

<!-- Written by \`npm run docs\` from packages/contract/src/errors.ts. Edit that. -->

Every failure that is Sallyport's own answers with \`application/problem+json\` (RFC 9457). Decide by \`code\`:
it is one of those below and does not change its meaning. \`detail\` is for people, and may say more than the
sentence here. \`requestId\` finds the request in the log.`

/** The page of all errors, as people read it. */
export function errorPage(errors: Readonly<Record<string, ErrorRow>>): string {
  const rows = Object.entries(errors)
  const index = rows.map(([code, { status, title }]) => `| ${status} | [\`${code}\`](#${code}) | ${title} |`)
  const sections = rows.map(([code, row]) =>
    [
      `## \`${code}\``,
      `${row.status} · the next move is with ${whoseMove[row.blame]} · the same call again: ${whetherAgain[row.retry]}`,
      row.message,
    ].join('\n\n'),
  )
  return `${[introduction, ['| status | code | |', '|---|---|---|', ...index].join('\n'), ...sections].join('\n\n')}\n`
}
