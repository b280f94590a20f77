/** Whose move it is after a failure. */
export type Blame = 'caller' | 'definition' | 'account' | 'app' | 'provider' | 'operator' | 'sallyport'

/** Whether the same call can succeed later, and after what. */
export type Retry = 'no' | 'later' | 'after_change' | 'after_reconnect'

/** One row of the table: what a failure is to whoever meets it. */
export interface ErrorRow {
  readonly status: number
  readonly blame: Blame
  readonly retry: Retry
  readonly title: string
  /** What happened, whose move it is, and what to do. */
  readonly message: string
}

/** The one table of failures. Statuses, wording, documentation and the OpenAPI document come from here. */
export const errors = {
  malformed_json: {
    status: 400,
    blame: 'caller',
    retry: 'after_change',
    title: 'Malformed JSON',
    message: 'The body is not valid JSON. Correct it and send it again.',
  },
  bad_request: {
    status: 400,
    blame: 'caller',
    retry: 'after_change',
    title: 'Bad request',
    message: 'The request cannot be understood as HTTP. Correct it and send it again.',
  },
  path_refused: {
    status: 400,
    blame: 'caller',
    retry: 'after_change',
    title: 'Path refused',
    message:
      'The path holds dot segments, a backslash, control characters or an empty first segment. Send the path as the API documents it.',
  },
  target_refused: {
    status: 400,
    blame: 'caller',
    retry: 'after_change',
    title: 'Target refused',
    message:
      'Sallyport-Target must be an absolute http or https address, alone: leave the path after the account empty.',
  },
  profile_required: {
    status: 400,
    blame: 'caller',
    retry: 'after_change',
    title: 'Profile required',
    message:
      'This is not the id of an account (acc_…). Name the account by its id, or call with the key of a profile, in which adapters are found.',
  },
  flow_invalid: {
    status: 400,
    blame: 'caller',
    retry: 'after_change',
    title: 'Authorization not recognized',
    message:
      'This authorization was not started in this browser, has been used already, or is older than ten minutes. Start again from the application that sent you here.',
  },
  flow_refused: {
    status: 400,
    blame: 'account',
    retry: 'after_change',
    title: 'Authorization refused',
    message: 'The provider did not grant access. Read what it said, then start again.',
  },
  key_invalid: {
    status: 401,
    blame: 'caller',
    retry: 'after_change',
    title: 'No valid key',
    message: 'Send a key that has not expired or been revoked, as `Authorization: Bearer sp_…`.',
  },
  login_failed: {
    status: 401,
    blame: 'caller',
    retry: 'after_change',
    title: 'Not logged in',
    message:
      'Nobody with this e-mail address and password may log in here. Check both, or ask whoever administers your organization.',
  },
  code_required: {
    status: 401,
    blame: 'caller',
    retry: 'after_change',
    title: 'Code required',
    message:
      'The password is right. Send it again together with `code`: the six digits that your authenticator shows, or one of your recovery codes.',
  },
  code_invalid: {
    status: 401,
    blame: 'caller',
    retry: 'after_change',
    title: 'Wrong code',
    message:
      'This code is wrong, too old or was used already. Wait for the next one that your authenticator shows, or use a recovery code that you have not used.',
  },
  login_expired: {
    status: 401,
    blame: 'caller',
    retry: 'after_change',
    title: 'Log in again',
    message: 'This took longer than five minutes, or something changed meanwhile. Log in from the beginning.',
  },
  session_invalid: {
    status: 401,
    blame: 'caller',
    retry: 'after_change',
    title: 'No valid session',
    message: 'You are not logged in, or not any more. Log in at /login.',
  },
  step_up: {
    status: 401,
    blame: 'caller',
    retry: 'after_change',
    title: 'Prove once more who you are',
    message:
      'This needs a proof of who you are that is less than ten minutes old. Prove it at /login/confirm, then try again.',
  },
  setup_token_invalid: {
    status: 401,
    blame: 'operator',
    retry: 'after_change',
    title: 'Wrong set-up token',
    message: 'This is not the set-up token. Use the one that Sallyport printed when it started last.',
  },
  csrf_refused: {
    status: 403,
    blame: 'caller',
    retry: 'after_change',
    title: 'Not sent by a page of this Sallyport',
    message:
      'A session may change something only from a page of this Sallyport, opened at its public address. Load the page again and repeat it; a script sends the header `Sallyport-Csrf` with the token that came with the session.',
  },
  scope_missing: {
    status: 403,
    blame: 'caller',
    retry: 'after_change',
    title: 'Scope missing',
    message: 'The key does not hold the scope that this call needs. Use a key that does.',
  },
  role_too_broad: {
    status: 403,
    blame: 'caller',
    retry: 'no',
    title: 'Role too broad',
    message: 'Nobody gives a role that may do more than they may themselves. Give another, or ask an owner.',
  },
  sign_on_refused: {
    status: 403,
    blame: 'account',
    retry: 'after_change',
    title: 'Nobody here by this login',
    message:
      'Your identity provider knows you, but nobody here logs in as whom it names. If you have a user here, log in as before and link the provider on your account page; otherwise ask your administrator for an invitation.',
  },
  sso_required: {
    status: 403,
    blame: 'caller',
    retry: 'no',
    title: 'Single sign-on required',
    message: 'People of this organization do not log in with a password. Log in by its identity provider.',
  },
  organization_suspended: {
    status: 403,
    blame: 'operator',
    retry: 'later',
    title: 'Organization suspended',
    message:
      'The operator of this Sallyport has suspended the organization. Its data stays; ask the operator to resume it.',
  },
  address_not_allowed: {
    status: 403,
    blame: 'caller',
    retry: 'after_change',
    title: 'Address not allowed',
    message:
      'The key is good for calls from certain addresses alone, and yours is none of them. Call from there, or use another key.',
  },
  address_blocked: {
    status: 403,
    blame: 'definition',
    retry: 'after_change',
    title: 'Address blocked',
    message:
      'The address is private, loopback or otherwise reserved. If it is meant, the operator allows its range in SALLYPORT_ALLOWED_PRIVATE_CIDRS.',
  },
  host_not_allowed: {
    status: 403,
    blame: 'definition',
    retry: 'after_change',
    title: 'Host not allowed',
    message:
      'The credential may not be sent to this host. List it in `hosts` of the definition if it should.',
  },
  permission_denied: {
    status: 403,
    blame: 'account',
    retry: 'after_change',
    title: 'Permission denied',
    message:
      'The server does not let this user do that there. Have the permissions changed, or use another path or user.',
  },
  grant_forbidden: {
    status: 403,
    blame: 'operator',
    retry: 'after_change',
    title: 'Grant forbidden',
    message:
      'The operator of this Sallyport forbids the password grant (SALLYPORT_PASSWORD_GRANT=off). Use another grant, or ask the operator.',
  },
  not_found: {
    status: 404,
    blame: 'caller',
    retry: 'after_change',
    title: 'Not found',
    message: 'There is nothing here. Check the address and the id.',
  },
  adapter_unknown: {
    status: 404,
    blame: 'caller',
    retry: 'after_change',
    title: 'Adapter unknown',
    message:
      'The app of this key has no adapter of this name. Check its spelling, or have it added to the app.',
  },
  file_not_found: {
    status: 404,
    blame: 'caller',
    retry: 'after_change',
    title: 'File not found',
    message:
      'The server has no file or folder at this path. Check the path; it begins at `root` of the definition.',
  },
  method_refused: {
    status: 405,
    blame: 'caller',
    retry: 'after_change',
    title: 'Method refused',
    message:
      'TRACE has servers send back what they received, the credential among it (RFC 9110 §9.3.8), and CONNECT would open a tunnel past every rule. Use another method.',
  },
  request_timeout: {
    status: 408,
    blame: 'caller',
    retry: 'later',
    title: 'Request timed out',
    message: 'The body stopped arriving before it was whole. Send it again without pauses.',
  },
  key_taken: {
    status: 409,
    blame: 'caller',
    retry: 'after_change',
    title: 'Key taken',
    message: 'Another one bears this key already; case makes no difference. Choose another key.',
  },
  accounts_affected: {
    status: 409,
    blame: 'caller',
    retry: 'after_change',
    title: 'Accounts are affected',
    message:
      'Accounts are connected with this definition. Repeat with ?reconnect=true to destroy their secrets and have them connected again, or leave the fields as they were.',
  },
  integration_in_use: {
    status: 409,
    blame: 'caller',
    retry: 'after_change',
    title: 'Integration in use',
    message:
      'Accounts are connected with this integration, or adapters of apps use it. Delete the accounts, or repeat with ?cascade=true; take the adapters out of their apps first.',
  },
  oauth_client_in_use: {
    status: 409,
    blame: 'caller',
    retry: 'after_change',
    title: 'OAuth client in use',
    message: 'Integrations refer to this OAuth client. Delete them, or give them another client first.',
  },
  environment_in_use: {
    status: 409,
    blame: 'caller',
    retry: 'after_change',
    title: 'Environment in use',
    message:
      'Accounts live in this environment, profiles of apps are bound to it, or keys belong to it. Delete them first.',
  },
  account_in_use: {
    status: 409,
    blame: 'caller',
    retry: 'after_change',
    title: 'Account in use',
    message:
      'Profiles of apps bind this account to their adapters. Bind another account there, or none, then repeat.',
  },
  profile_in_use: {
    status: 409,
    blame: 'caller',
    retry: 'after_change',
    title: 'Profile in use',
    message: 'Keys belong to this profile, and name its environment. Revoke them first.',
  },
  adapter_unbound: {
    status: 409,
    blame: 'app',
    retry: 'after_change',
    title: 'Adapter not bound',
    message:
      'The profile of this key binds no account to this adapter. The owner of the app binds one, then the same call works.',
  },
  profile_setting_missing: {
    status: 409,
    blame: 'app',
    retry: 'after_change',
    title: 'Setting of a profile missing',
    message:
      'The definition asks for a setting that is not there. Call with the key of a profile that has it, or have the owner of the app set it.',
  },
  role_in_use: {
    status: 409,
    blame: 'caller',
    retry: 'after_change',
    title: 'Role in use',
    message:
      'A person, an invitation or an identity provider has this role. Give them another one first, then delete it.',
  },
  role_built_in: {
    status: 409,
    blame: 'caller',
    retry: 'no',
    title: 'Built-in role',
    message:
      'Built-in roles are the same everywhere. Create a role of your own that has this one as its base.',
  },
  last_owner: {
    status: 409,
    blame: 'caller',
    retry: 'after_change',
    title: 'Last owner',
    message: 'An organization keeps an owner who can log in. Make somebody else an owner first.',
  },
  last_login: {
    status: 409,
    blame: 'caller',
    retry: 'after_change',
    title: 'Last way to log in',
    message:
      'You have no password, and no other identity provider: you could not log in any more. Link another first.',
  },
  email_taken: {
    status: 409,
    blame: 'caller',
    retry: 'after_change',
    title: 'E-mail address taken',
    message:
      'Somebody here has this e-mail address already. If it is you, log in as before, and link the identity provider on your account page.',
  },
  identity_taken: {
    status: 409,
    blame: 'caller',
    retry: 'after_change',
    title: 'Identity taken',
    message: 'Somebody here logs in by this identity already. Log in as them, or take another one.',
  },
  organization_active: {
    status: 409,
    blame: 'caller',
    retry: 'after_change',
    title: 'Organization is active',
    message: 'Deleting it destroys all that it holds. Suspend it first, then delete it.',
  },
  organization_of_operator: {
    status: 409,
    blame: 'caller',
    retry: 'no',
    title: 'The operator’s organization',
    message: 'The first organization is the operator’s own: it can be neither suspended nor deleted.',
  },
  changed_meanwhile: {
    status: 409,
    blame: 'caller',
    retry: 'later',
    title: 'Changed meanwhile',
    message: 'Somebody else changed this at the same moment. Read it again and repeat the change.',
  },
  rotation_under_way: {
    status: 409,
    blame: 'caller',
    retry: 'later',
    title: 'Rotation under way',
    message:
      'The organization’s data key is being replaced already. Read GET /v1/encryption, and begin again once that has gone through everything.',
  },
  account_needs_reconnect: {
    status: 409,
    blame: 'account',
    retry: 'after_reconnect',
    title: 'Account needs to be connected again',
    message: 'The provider no longer accepts this account. Connect it again.',
  },
  account_pending: {
    status: 409,
    blame: 'account',
    retry: 'after_reconnect',
    title: 'Account not connected yet',
    message: 'This account was never connected. Authorize it first.',
  },
  account_exported: {
    status: 409,
    blame: 'account',
    retry: 'after_change',
    title: 'Account exported',
    message:
      'The credential of this account was exported, and its token has ended. It is not renewed here, because two that renew it would end it for both. Call it where it was imported, or thaw it (POST /v1/accounts/{id}/thaw) if it was imported nowhere, or disconnect it.',
  },
  account_disabled: {
    status: 409,
    blame: 'account',
    retry: 'after_change',
    title: 'Account disabled',
    message: 'This account is disabled. Enable it to use it.',
  },
  account_incomplete: {
    status: 409,
    blame: 'account',
    retry: 'after_change',
    title: 'Account incomplete',
    message: 'The definition asks for a value that this account does not hold. Set it on the account.',
  },
  host_key_unknown: {
    status: 409,
    blame: 'account',
    retry: 'after_change',
    title: 'Host key unknown',
    message:
      'Nobody has accepted the host key of this server yet, and nothing was sent to it. Compare its fingerprint with the one that the server’s operator names, then accept it.',
  },
  login_refused: {
    status: 409,
    blame: 'account',
    retry: 'after_reconnect',
    title: 'Login refused',
    message:
      'The server does not accept this user with this password or key. Give the account a secret that it accepts.',
  },
  private_key_invalid: {
    status: 409,
    blame: 'account',
    retry: 'after_reconnect',
    title: 'Private key not understood',
    message:
      'The private key cannot be read. Give one in the OpenSSH, PEM or PKCS #8 format, whole and with its line breaks.',
  },
  passphrase_required: {
    status: 409,
    blame: 'account',
    retry: 'after_reconnect',
    title: 'Passphrase required',
    message: 'The private key is encrypted, and the account holds no passphrase. Give it with the key.',
  },
  passphrase_wrong: {
    status: 409,
    blame: 'account',
    retry: 'after_reconnect',
    title: 'Passphrase wrong',
    message: 'The passphrase does not open the private key. Give the right one with the key.',
  },
  not_a_file: {
    status: 409,
    blame: 'caller',
    retry: 'after_change',
    title: 'Not a file',
    message:
      'What lies at this path is no file. A folder is read and deleted with a slash at the end of its path.',
  },
  not_a_folder: {
    status: 409,
    blame: 'caller',
    retry: 'after_change',
    title: 'Not a folder',
    message:
      'What lies at this path, or above it, is no folder. Leave out the slash at the end, or choose another path.',
  },
  folder_not_empty: {
    status: 409,
    blame: 'caller',
    retry: 'after_change',
    title: 'Folder not empty',
    message: 'Only empty folders are deleted. Delete what lies in it first.',
  },
  client_certificate_invalid: {
    status: 409,
    blame: 'account',
    retry: 'after_change',
    title: 'Client certificate not usable',
    message:
      'The client certificate, its key or its passphrase cannot be used. Correct them on the account or in the definition.',
  },
  result_invalid: {
    status: 409,
    blame: 'caller',
    retry: 'after_change',
    title: 'Result not recognized',
    message:
      'This result code does not belong to the account, has been used, or is older than ten minutes. Authorize again.',
  },
  setup_done: {
    status: 410,
    blame: 'operator',
    retry: 'no',
    title: 'Set-up is done',
    message: 'The first key has been given out already. Use it, or a key made with it.',
  },
  invitation_invalid: {
    status: 410,
    blame: 'caller',
    retry: 'no',
    title: 'Invitation not valid',
    message:
      'This invitation has been used, was taken back, or is older than seven days. Ask whoever invited you for another.',
  },
  body_too_large: {
    status: 413,
    blame: 'caller',
    retry: 'after_change',
    title: 'Body too large',
    message: 'The body is larger than this call takes. Send less.',
  },
  uri_too_long: {
    status: 414,
    blame: 'caller',
    retry: 'after_change',
    title: 'Address too long',
    message: 'The address is longer than 8 KiB. Send less in the query.',
  },
  media_type_unsupported: {
    status: 415,
    blame: 'caller',
    retry: 'after_change',
    title: 'Media type not supported',
    message: 'Send the body as application/json.',
  },
  range_not_satisfiable: {
    status: 416,
    blame: 'caller',
    retry: 'after_change',
    title: 'Range not satisfiable',
    message: 'The range begins behind the end of the file. Ask for less; Content-Range names the size.',
  },
  realm_unknown: {
    status: 421,
    blame: 'caller',
    retry: 'after_change',
    title: 'Misdirected request',
    message:
      'No realm is served under this host, or the request names several. Use the public URL of the realm that your organization lives in; a reverse proxy passes Host on as it came.',
  },
  definition_invalid: {
    status: 422,
    blame: 'caller',
    retry: 'after_change',
    title: 'Definition not valid',
    message: 'The definition has faults; each is named with its path. Correct them all and send it again.',
  },
  input_invalid: {
    status: 422,
    blame: 'caller',
    retry: 'after_change',
    title: 'Input not valid',
    message: 'The input has faults; each is named with its path. Correct them all and send it again.',
  },
  step_failed: {
    status: 422,
    blame: 'definition',
    retry: 'after_change',
    title: 'A step failed',
    message:
      'A step of the operation could not be done with what it was given. Correct the operation, or its input.',
  },
  validation_failed: {
    status: 422,
    blame: 'caller',
    retry: 'after_change',
    title: 'Not valid by the schema',
    message:
      'What a step of the operation checks has faults; each is named with its path. Correct them, or the schema.',
  },
  step_limit_reached: {
    status: 422,
    blame: 'definition',
    retry: 'after_change',
    title: 'A step reached its limit',
    message:
      'A step of the operation took more time, memory or depth than a step may, or put out too much. Give it less, or have it do less.',
  },
  secret_required: {
    status: 422,
    blame: 'caller',
    retry: 'after_change',
    title: 'Secret required',
    message: 'The change would send stored secrets elsewhere. Give the secrets again with it.',
  },
  token_unavailable: {
    status: 422,
    blame: 'caller',
    retry: 'no',
    title: 'No token',
    message: 'Accounts of this type have no token to give out. Call the API through /proxy.',
  },
  passage_unsupported: {
    status: 422,
    blame: 'caller',
    retry: 'no',
    title: 'Wrong passage',
    message:
      'Accounts of this type are not reached this way: files through /sftp, everything else through /proxy.',
  },
  renewal_unsupported: {
    status: 422,
    blame: 'caller',
    retry: 'no',
    title: 'Not renewable',
    message: 'Accounts of this type, or without a refresh token, cannot be renewed.',
  },
  authorization_unsupported: {
    status: 422,
    blame: 'caller',
    retry: 'no',
    title: 'Nothing to authorize',
    message:
      'Accounts of this integration need nobody at the provider: they are connected by a secret. Use them, or give another one.',
  },
  diagnosis_unsupported: {
    status: 422,
    blame: 'caller',
    retry: 'no',
    title: 'Nothing to diagnose',
    message:
      'Accounts of this type show no client to a provider, so there is nothing to try. Read the account’s traces.',
  },
  operations_nested: {
    status: 422,
    blame: 'definition',
    retry: 'after_change',
    title: 'Operations run each other',
    message:
      'Operations run one another in a circle, or more than ten deep. Have one of them do without running another.',
  },
  test_undefined: {
    status: 422,
    blame: 'definition',
    retry: 'after_change',
    title: 'No test request',
    message:
      'The integration defines no `test` request, or one that asks for settings of a profile. Add one to try accounts with it.',
  },
  verification_under_way: {
    status: 429,
    blame: 'caller',
    retry: 'later',
    title: 'Verification under way',
    message:
      'The audit of this organization is being verified for somebody already. Wait until that has ended, then ask again.',
  },
  limit_reached: {
    status: 429,
    blame: 'caller',
    retry: 'later',
    title: 'Limit reached',
    message:
      'As much as may be sent or be under way was sent or is under way: of this account, its integration, the key or the organization; `detail` says which limit it is. Nothing was sent. Try again after the time in Retry-After, send fewer at once, or have the limit raised.',
  },
  headers_too_large: {
    status: 431,
    blame: 'caller',
    retry: 'after_change',
    title: 'Headers too large',
    message:
      'The request headers exceed 32 KiB, or what SALLYPORT_MAX_HEADER_BYTES says instead, most often because of many cookies for this host. Remove cookies and try again.',
  },
  internal: {
    status: 500,
    blame: 'sallyport',
    retry: 'later',
    title: 'Internal error',
    message: 'Sallyport failed. Its log names the cause under the request id.',
  },
  upstream_unreachable: {
    status: 502,
    blame: 'provider',
    retry: 'later',
    title: 'Upstream unreachable',
    message: 'The API could not be reached or broke off. Try again later.',
  },
  host_key_changed: {
    status: 502,
    blame: 'provider',
    retry: 'after_change',
    title: 'Host key changed',
    message:
      'The server shows another host key than the accepted one, and nothing was sent to it. Ask its operator whether the key was changed; only then accept the new one.',
  },
  file_operation_failed: {
    status: 502,
    blame: 'provider',
    retry: 'later',
    title: 'File operation failed',
    message: 'The server failed to do this and does not say why. Try again later, or ask its operator.',
  },
  upstream_refused: {
    status: 502,
    blame: 'provider',
    retry: 'after_change',
    title: 'Refused by the API',
    message:
      'The API answered a step of the operation with a status that the step does not accept; `step` names it, and `upstream` says what the API answered.',
  },
  reply_too_large: {
    status: 502,
    blame: 'definition',
    retry: 'after_change',
    title: 'Reply too large',
    message:
      'What the API answers is more than a run keeps in memory. Ask the API for less, end with `as: stream`, or have SALLYPORT_OPERATION_REPLY_BYTES raised.',
  },
  redirect_refused: {
    status: 502,
    blame: 'definition',
    retry: 'after_change',
    title: 'Redirect refused',
    message:
      'The provider answered a request that carries credentials with a redirect, which is never followed. Write the final address into the definition.',
  },
  malformed_token_response: {
    status: 502,
    blame: 'provider',
    retry: 'after_change',
    title: 'Malformed token response',
    message:
      'The provider answered, but not with a token as the definition describes it. Check the token URL.',
  },
  issuer_mismatch: {
    status: 502,
    blame: 'definition',
    retry: 'after_change',
    title: 'Issuer mismatch',
    message: 'The server names itself by another issuer than the definition does. Correct `issuer`.',
  },
  token_refused: {
    status: 502,
    blame: 'provider',
    retry: 'after_change',
    title: 'Token refused',
    message:
      'The provider refused to give a token. Its words are in `detail`; correct the definition or the secret.',
  },
  renewal_unavailable: {
    status: 503,
    blame: 'provider',
    retry: 'later',
    title: 'Renewal unavailable',
    message: 'The token has expired and the provider could not be reached to renew it. Try again later.',
  },
  database_unavailable: {
    status: 503,
    blame: 'operator',
    retry: 'later',
    title: 'Database unavailable',
    message:
      'The database cannot be reached, or takes nothing at the moment. Nothing was changed that was not acknowledged; try again later.',
  },
  key_service_unavailable: {
    status: 503,
    blame: 'operator',
    retry: 'later',
    title: 'Key service unavailable',
    message:
      'The service that keeps this Sallyport’s keys cannot be reached, or refuses to use them. Whoever runs Sallyport has to look at it; try again later.',
  },
  not_ready: {
    status: 503,
    blame: 'sallyport',
    retry: 'later',
    title: 'Not ready',
    message: 'Sallyport is starting or shutting down. Try again in a moment.',
  },
  upstream_timeout: {
    status: 504,
    blame: 'provider',
    retry: 'later',
    title: 'Upstream timeout',
    message: 'The API did not answer in time. Try again later, or allow more with Sallyport-Timeout.',
  },
  operation_timeout: {
    status: 504,
    blame: 'definition',
    retry: 'later',
    title: 'Operation timed out',
    message:
      'The operation took longer than its `timeoutSeconds`, and what was under way was broken off. Try again later, or allow it more time.',
  },
  disk_full: {
    status: 507,
    blame: 'provider',
    retry: 'later',
    title: 'Disk full',
    message: 'The server has no space left for this. Have some made, then try again.',
  },
} as const satisfies Record<string, ErrorRow>

/** Every code that Sallyport answers with: a closed union. */
export type ErrorCode = keyof typeof errors

/** One fault of an input: where (JSON Pointer), which, and what to do about it. */
export interface Fault {
  readonly path: string
  readonly code: string
  readonly message: string
}
