/** In the place of a method; no HTTP method is called so. */
const OWN = "COMPOSED ";

/** How a tool of several calls is named where every other tool is by its operation. */
export function ownToolKey(name: string): string {
  return `${OWN}${name}`;
}

export function isOwnTool(operation: string): boolean {
  return operation.startsWith(OWN);
}

/** What the tool is called, by its key. */
export function ownToolName(operation: string): string {
  return operation.slice(OWN.length);
}
