/** The pages of one tool of a server. */
export function toolHref(serverHref: string, operation: string): string {
  return `${serverHref}/tools/${encodeURIComponent(operation)}`;
}
