import type { Command } from "commander";
import { type Api, settle } from "./api.ts";
import { operationsOr, wholeNumber } from "./arguments.ts";
import { type CommandDeps, findNamed, listUpTo, type Page, serverPath } from "./command.ts";
import { type CredentialOptions, putCredentials, withCredentialOptions } from "./credential.ts";
import { count, table, when } from "./output.ts";
import { type SourceOptions, toSource, withSourceOptions } from "./source.ts";

/** A document that a server's tools come from. */
export interface ServerDocument {
  id: string;
  key: string;
  title: string;
  sourceUrl: string | null;
  operationCount: number;
  pickedCount: number;
}

interface ImportedDocument extends Pick<ServerDocument, "id" | "title" | "sourceUrl" | "operationCount"> {
  readAt: string;
  servers: { slug: string }[];
}

interface AddedName {
  from: string;
  name: string;
}

interface AddOptions extends SourceOptions, CredentialOptions {
  key?: string;
  baseUrl?: string;
  select: string;
  publish?: boolean;
  dryRun?: boolean;
}

/** `portico documents`, `add-document` and `remove-document`: what the tools of a server come from. */
export function addDocumentCommands(program: Command, { api, print, report }: CommandDeps): void {
  program
    .command("documents")
    .description("list the documents that a server's tools come from; without a server, all that were imported")
    .argument("[server]", "its slug or id")
    .option("--limit <count>", "of all: so many, the newest first", "50")
    .action(async (server: string | undefined, { limit }: { limit: string }) => {
      if (server !== undefined) {
        const items = await listServerDocuments(api(), server);
        return print(items, () =>
          table(
            items.map(({ id, key, title, sourceUrl, pickedCount, operationCount }) => [
              ...[id, key || "-", title],
              `${pickedCount} of ${count(operationCount, "operation")}`,
              sourceUrl,
            ]),
          ),
        );
      }
      const items = await listUpTo<ImportedDocument>(api(), "/api/v1/documents", wholeNumber("--limit", limit));
      print(items, () =>
        items.length > 0
          ? table(
              items.map(({ id, title, operationCount, readAt, servers, sourceUrl }) => [
                ...[id, title, count(operationCount, "operation"), when(readAt)],
                servers.map(({ slug }) => slug).join(", ") || "-",
                sourceUrl,
              ]),
            )
          : "No document was imported yet. Import one with: portico publish <source>",
      );
    });

  withCredentialOptions(
    withSourceOptions(
      program
        .command("add-document")
        .description(
          "import an API description, and add its tools to a server that is there already; publish serves them",
        )
        .argument("<server>", "its slug or id")
        .argument("<source>", "as for publish; or the id of a document that was imported before (doc_…)"),
    ),
  )
    .option(
      "--key <name>",
      "what its operations, credentials and tools whose name is taken begin with; left out, made of its title",
    )
    .option("--base-url <url>", "call this API here instead of where the document says")
    .option(
      "--select <which>",
      'all, suggested, or operations of the document separated by commas ("GET /pets")',
      "suggested",
    )
    .option("--publish", "serve the draft when it is added")
    .option("--dry-run", "import it, and only say what its tools would be called")
    .action(async (server: string, source: string, options: AddOptions) => {
      const portico = api();
      const documentId = source.startsWith("doc_") ? source : await importSource(portico, source, options, report);
      const { key, baseUrl } = options;
      const at = serverPath(server, "documents");
      if (options.dryRun) {
        const review = await portico.request<{ key: string; renamed: AddedName[] }>("POST", `${at}/review`, {
          documentId,
          key,
        });
        return print({ documentId, ...review }, () =>
          [
            `It would be "${review.key}" here. Add it with: portico add-document ${server} ${documentId}`,
            ...renamed(review.renamed, "would be called"),
          ].join("\n"),
        );
      }
      const select = operationsOr(options.select, ["all", "suggested"]);
      const added = await portico.request<{ server: { id: string }; key: string; tools: AddedName[] }>("POST", at, {
        ...{ documentId, key, baseUrl, select },
      });
      await putCredentials(portico, added.server.id, options, added.key);
      const version = options.publish
        ? await portico.request<{ number: number }>("POST", serverPath(server, "publish"), {})
        : undefined;
      print({ ...added, ...(version ? { version } : {}) }, () =>
        [
          `Added "${added.key}" with ${count(added.tools.length, "tool")}`,
          ...renamed(added.tools, "is called"),
          version ? `Published version ${version.number}` : "Nothing is served of it before the server is published.",
        ].join("\n"),
      );
    });

  program
    .command("remove-document")
    .description("take a document and its tools out of a server's draft; publish serves what is left")
    .argument("<server>", "its slug or id")
    .argument("<document>", "its id (doc_…) or its key")
    .action(async (server: string, wanted: string) => {
      const portico = api();
      const { id } = findDocument(await listServerDocuments(portico, server), wanted);
      const at = serverPath(server, "documents", id);
      const { tools } = await portico.request<{ tools: string[] }>("GET", at);
      await portico.request("DELETE", at);
      print({ removed: id, tools }, () =>
        [`Removed with ${count(tools.length, "tool")}`, ...tools.map((name) => `  ${name}`)].join("\n"),
      );
    });
}

export async function listServerDocuments(portico: Api, server: string): Promise<ServerDocument[]> {
  return (await portico.request<Page<ServerDocument>>("GET", serverPath(server, "documents"))).items;
}

/** A document of a server, by its key or id. */
export function findDocument(documents: readonly ServerDocument[], wanted: string): ServerDocument {
  return findNamed(documents, wanted, { noun: "document", namesOf: ({ key, id }) => [key, id] });
}

async function importSource(
  portico: Api,
  source: string,
  options: SourceOptions,
  report: CommandDeps["report"],
): Promise<string> {
  const input = { source: await toSource(source, options) };
  const answer = await portico.request<{ documentId: string }>("POST", "/api/v1/documents", input);
  return (await settle(portico, answer, report)).documentId;
}

function renamed(names: readonly AddedName[], words: string): string[] {
  return names.filter(({ from, name }) => from !== name).map(({ from, name }) => `  ${from} ${words} ${name} here`);
}
