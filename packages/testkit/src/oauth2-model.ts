import type OAuth2Server from '@node-oauth/oauth2-server'

/** Who may do what at the server. */
export interface ModelOptions {
  client: { clientId: string; clientSecret: string }
  user: { username: string; password: string }
  grants: string[]
  redirectUris: string[]
}

/** What `@node-oauth/oauth2-server` asks for and has kept, in memory. */
export function createModel(options: ModelOptions) {
  const { client, user, grants, redirectUris } = options
  const accessTokens = new Map<string, OAuth2Server.Token>()
  const refreshTokens = new Map<string, OAuth2Server.RefreshToken>()
  const codes = new Map<string, OAuth2Server.AuthorizationCode>()

  return {
    forgetAccessTokens: () => accessTokens.clear(),

    // At the authorization endpoint, and with a code and its verifier, no secret is shown.
    async getClient(id: string, secret: string | null) {
      const known = id === client.clientId && (secret === null || secret === client.clientSecret)
      return known && { id, grants, redirectUris }
    },
    async getUser(name: string, password: string) {
      return name === user.username && password === user.password && { name }
    },
    async getUserFromClient({ id }: OAuth2Server.Client) {
      return { name: id }
    },
    async validateScope(_user: OAuth2Server.User, _client: OAuth2Server.Client, scope: string[] = ['read']) {
      return scope.every((one) => one === 'read' || one === 'write') && scope
    },
    async verifyScope({ scope: granted = [] }: OAuth2Server.Token, scope: string[]) {
      return scope.every((one) => granted.includes(one))
    },

    async saveToken(token: OAuth2Server.Token, client: OAuth2Server.Client, user: OAuth2Server.User) {
      const saved = { ...token, client, user }
      accessTokens.set(saved.accessToken, saved)
      const { refreshToken } = saved
      if (refreshToken !== undefined) refreshTokens.set(refreshToken, { ...saved, refreshToken })
      return saved
    },
    async getAccessToken(token: string) {
      return accessTokens.get(token)
    },
    async getRefreshToken(token: string) {
      return refreshTokens.get(token)
    },
    async revokeToken({ refreshToken }: OAuth2Server.RefreshToken) {
      return refreshTokens.delete(refreshToken)
    },

    async saveAuthorizationCode(
      code: Omit<OAuth2Server.AuthorizationCode, 'client' | 'user'>,
      client: OAuth2Server.Client,
      user: OAuth2Server.User,
    ) {
      const saved = { ...code, client, user } as OAuth2Server.AuthorizationCode
      codes.set(saved.authorizationCode, saved)
      return saved
    },
    async getAuthorizationCode(code: string) {
      return codes.get(code)
    },
    async revokeAuthorizationCode({ authorizationCode }: OAuth2Server.AuthorizationCode) {
      return codes.delete(authorizationCode)
    },
  }
}
