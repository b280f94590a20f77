import { type Blame, type ErrorCode, errors } from '@sallyport/contract'
import { escapeHtml, page } from './layout.ts'

/** How an authorization ended, for the person who went through it. */
export function resultPage(outcome: {
  readonly state: string
  readonly failure: string | undefined
  readonly failureDetail: string | undefined
  readonly integrationName: string
  readonly accountId: string
  /** Of the script that tells other windows of ours. */
  readonly script: string
}): string {
  const { state, failureDetail, integrationName } = outcome
  const markup = `<script src="${escapeHtml(outcome.script)}" data-account="${escapeHtml(outcome.accountId)}" data-state="${escapeHtml(state)}"></script>`
  if (state === 'connected' || state === 'confirmed') {
    return page({
      title: `${integrationName} is connected`,
      paragraphs: ['The account can be used from now on. You can close this window.'],
      markup,
    })
  }
  if (state === 'parked') {
    return page({
      title: `${integrationName}: almost done`,
      paragraphs: [
        'Access was granted. The application that sent you here has to confirm it. You can close this window.',
      ],
      markup,
    })
  }
  return page({
    title: `${integrationName} was not connected`,
    paragraphs: ['Nothing was changed. Start again from the application that sent you here.'],
    quoted: failureDetail,
    markup,
  })
}

/** An authorization that is not this browser's, or that cannot begin. */
export function flowFailurePage(code: ErrorCode, message: string): string {
  return page({ title: errors[code].title, paragraphs: [message] })
}

const whoseMove: Readonly<Record<Blame, string>> = {
  caller: 'It is the caller’s move.',
  definition: 'It is the move of whoever keeps the definition.',
  account: 'It is the move of whoever the account belongs to.',
  app: 'It is the move of whoever owns the app.',
  provider: 'It is the provider’s move.',
  operator: 'It is the operator’s move.',
  sallyport: 'It is Sallyport’s own fault.',
}

/** The reference of one error code. */
export function errorPage(code: ErrorCode): string {
  const { status, title, message, blame, retry } = errors[code]
  const when = {
    no: 'The same call will not succeed.',
    later: 'The same call can succeed later.',
    after_change: 'The call can succeed once that is changed.',
    after_reconnect: 'The call can succeed once the account is connected again.',
  }[retry]
  return page({
    title: `${title} (${status})`,
    paragraphs: [message, `${whoseMove[blame]} ${when}`],
    markup: `<p><code>${escapeHtml(code)}</code></p>`,
  })
}

/** The front page. */
export function frontPage(practiceOrigin: string | undefined): string {
  const practice =
    practiceOrigin === undefined
      ? ''
      : `<p>The practice provider is at <code>${escapeHtml(practiceOrigin)}</code>.</p>`
  return page({
    title: 'It runs',
    paragraphs: [
      'Define an integration, connect an account, and call the API through it. The README has the walk.',
    ],
    markup: `<p><a href="console">The console</a></p><p><a href="openapi.json">The API as OpenAPI 3.1</a></p>${practice}`,
  })
}
