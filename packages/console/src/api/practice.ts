/** Where the practice provider is; undefined where this Sallyport has none. The server writes it into the page. */
export const practiceOrigin =
  document.querySelector<HTMLMetaElement>('meta[name=practice-provider]')?.content || undefined
