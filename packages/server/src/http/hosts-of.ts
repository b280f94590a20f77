/** How clients write the host of an address, in lower case: some name the port that its scheme has anyhow. */
export function hostsOf(url: string): readonly string[] {
  const { host, port, protocol } = new URL(url)
  return port === '' ? [host, `${host}:${protocol === 'https:' ? 443 : 80}`] : [host]
}
