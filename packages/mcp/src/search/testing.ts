import type { Tool } from "@portico/openapi";
import type { SearchedTool } from "./search-index.ts";

/** A tool that is there to be found, and never called. */
export function searchedTool(name: string, operation: string, change: Partial<SearchedTool> = {}): Tool {
  const isReading = operation.startsWith("GET ");
  return {
    name,
    operation,
    description: "",
    tags: [],
    deprecated: false,
    inputSchema: { type: "object", properties: {}, additionalProperties: false },
    annotations: {
      readOnlyHint: isReading,
      destructiveHint: !isReading && !operation.startsWith("POST "),
      idempotentHint: !operation.startsWith("POST "),
      openWorldHint: true,
    },
    plan: {
      method: operation.split(" ")[0] ?? "GET",
      path: [],
      baseUrls: [],
      parameters: [],
      security: [],
      response: { accept: "*/*", contentTypes: [] },
    },
    tokens: 0,
    ...change,
  };
}

/** A small API like many: issues, customers, invoices, files. */
export const shop: Tool[] = [
  searchedTool("issues_list_for_repo", "GET /repos/{owner}/{repo}/issues", {
    title: "List repository issues",
    description: "Lists the issues of a repository, the open ones only unless asked for others.",
    tags: ["issues"],
    inputSchema: { properties: { owner: {}, repo: {}, state: {}, labels: {} } },
  }),
  searchedTool("issues_update", "PATCH /repos/{owner}/{repo}/issues/{number}", {
    title: "Update an issue",
    description: "Changes the title, body, state or assignees of an issue. Set its state to closed to close it.",
    tags: ["issues"],
    inputSchema: { properties: { owner: {}, repo: {}, number: {}, state: {}, state_reason: {} } },
  }),
  searchedTool("issues_create_comment", "POST /repos/{owner}/{repo}/issues/{number}/comments", {
    title: "Create an issue comment",
    tags: ["issues"],
  }),
  searchedTool("issues_lock", "PUT /repos/{owner}/{repo}/issues/{number}/lock", {
    title: "Lock an issue",
    tags: ["issues"],
  }),
  searchedTool("listCustomerInvoices", "GET /customers/{customerId}/invoices", {
    description: "Returns the invoices of one customer, newest first.",
    tags: ["Invoices"],
    inputSchema: { properties: { customerId: {}, status: {}, dueBefore: {} } },
  }),
  searchedTool("listInvoices", "GET /invoices", { description: "Returns all invoices.", tags: ["Invoices"] }),
  searchedTool("createInvoice", "POST /invoices", {
    description: "Makes a draft invoice for a customer.",
    tags: ["Invoices"],
  }),
  searchedTool("getCustomer", "GET /customers/{customerId}", { description: "One customer.", tags: ["Customers"] }),
  searchedTool("deleteCustomer", "DELETE /customers/{customerId}", {
    description: "Removes a customer for good.",
    tags: ["Customers"],
  }),
  searchedTool("putConfigMap", "PUT /config-maps/{name}", { description: "Replaces a ConfigMap.", tags: ["admin"] }),
  searchedTool("uploadFile", "POST /files", {
    description: "Uploads a file.",
    tags: ["files"],
    inputSchema: { properties: { content: {}, mimeType: {} } },
  }),
  searchedTool("uploadFileV1", "POST /v1/files", { description: "Uploads a file.", tags: ["files"], deprecated: true }),
];
