import type { ApiKeyScope } from "@portico/services";

export const SCOPE_LABELS: Record<ApiKeyScope, { label: string; sentence: string }> = {
  read: { label: "Read", sentence: "See servers, documents, versions and usage." },
  write: {
    label: "Write",
    sentence: "Import documents, make, publish and delete servers, store upstream credentials.",
  },
  call: { label: "Call", sentence: "Connect to the organization's servers as an MCP client and call their tools." },
  audit: { label: "Audit", sentence: "Read and export the audit log." },
};
