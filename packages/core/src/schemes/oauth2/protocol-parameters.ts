/** Names that belong to the protocol: a definition that set them could undo it (A14). */
const protocolParameters =
  /^(response_type|response_mode|client_id|redirect_uri|state|nonce|code_challenge.*|resource|request|request_uri|scope|dpop_jkt)$/

/** Whether a name is the protocol's, however it is written. */
export function isProtocolParameter(name: string): boolean {
  let plain = name
  for (let round = 0; round < 3; round += 1) plain = decoded(plain)
  // `state[]` is the same parameter to servers that read arrays.
  const bare = plain.trim().toLowerCase().replace(/\[.*$/s, '')
  return protocolParameters.test(bare)
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
