/** Which pages of servers somebody may enter. */
export interface ServerRights {
  mayWrite: boolean;
  mayWriteCredentials: boolean;
  mayReadUsage: boolean;
}

export type ServerPage =
  | "overview"
  | "tools"
  | "own-tools"
  | "prompts"
  | "try"
  | "access"
  | "credentials"
  | "profiles"
  | "connections"
  | "activity"
  | "versions"
  | "settings";

const LABELS: Record<ServerPage, string> = {
  overview: "Overview",
  tools: "Tools",
  "own-tools": "Own tools",
  prompts: "Prompts & resources",
  try: "Try it",
  access: "Access",
  credentials: "Credentials",
  profiles: "Profiles",
  connections: "Connections",
  activity: "Activity",
  versions: "Versions",
  settings: "Settings",
};

/** The pages of a server, in the order of its tabs. */
export function serverPages(
  slug: string,
  { mayWrite, mayWriteCredentials, mayReadUsage }: ServerRights,
): { page: ServerPage; href: string; label: string }[] {
  const closed = new Set<ServerPage>([
    ...(mayWrite ? [] : (["try", "access", "settings"] as const)),
    ...(mayWriteCredentials ? [] : (["credentials"] as const)),
    ...(mayReadUsage ? [] : (["connections", "activity"] as const)),
  ]);
  return (Object.keys(LABELS) as ServerPage[])
    .filter((page) => !closed.has(page))
    .map((page) => ({
      page,
      href: page === "overview" ? `/servers/${slug}` : `/servers/${slug}/${page}`,
      label: LABELS[page],
    }));
}
