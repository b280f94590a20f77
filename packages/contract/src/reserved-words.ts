/** First words of placeholders that Sallyport fills itself; no parameter may bear one. */
export const reservedWords = [
  'token',
  'client',
  'jwt',
  'code',
  'codeVerifier',
  'redirectUri',
  'scope',
  'secret',
  'kept',
  'profile',
] as const
