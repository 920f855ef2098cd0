/** The revisions without a handshake, newest first. */
export const MODERN_VERSIONS: readonly string[] = ["2026-07-28"];

/** The revisions negotiated with `initialize`, newest first. */
export const LEGACY_VERSIONS: readonly string[] = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"];

/** What a legacy request without `MCP-Protocol-Version` speaks (MCP 2025-06-18, transports). */
export const VERSION_WITHOUT_HEADER = "2025-03-26";

/** The only revision with JSON-RPC batches over Streamable HTTP. */
export const BATCH_VERSION = "2025-03-26";

const FIRST_VERSION_WITH_OUTPUT = "2025-06-18";
const FIRST_VERSION_WITH_ICONS = "2025-11-25";
const FIRST_MODERN_VERSION = "2026-07-28";
const LATEST_LEGACY_VERSION = "2025-11-25";

/** Whether a revision belongs to the modern era. Revisions are dates, so the order of strings is the order of time. */
export function isModernVersion(version: string): boolean {
  return version >= FIRST_MODERN_VERSION;
}

/** Whether a client's revision has `outputSchema`, `structuredContent` and `resource_link`. */
export function hasToolOutput({ protocolVersion }: { protocolVersion: string }): boolean {
  return protocolVersion >= FIRST_VERSION_WITH_OUTPUT;
}

/** Whether a revision has `icons` beside names and titles. */
export function hasIcons(protocolVersion: string): boolean {
  return protocolVersion >= FIRST_VERSION_WITH_ICONS;
}

/** The answer to `initialize`: what was asked for if we speak it there, otherwise our latest legacy revision. */
export function negotiateLegacyVersion(requested: unknown): string {
  return typeof requested === "string" && LEGACY_VERSIONS.includes(requested) ? requested : LATEST_LEGACY_VERSION;
}
