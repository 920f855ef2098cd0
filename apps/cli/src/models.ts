import type { Command } from "commander";
import { type Api, ApiError } from "./api.ts";
import { type CommandDeps, EXIT } from "./command.ts";
import { table } from "./output.ts";

interface ModelProvider {
  id: string;
  name: string;
  kind: string;
  baseUrl: string;
  model: string;
  hasKey: boolean;
}

type ModelTest = { ok: true; model: string; ms: number } | { ok: false; problem: string };

/** Where a key comes from: arguments show in process lists. */
const KEY_VARIABLE = "PORTICO_MODEL_KEY";

/** `portico models …`: where the organization's language models are. */
export function addModelCommands(program: Command, { api, print }: CommandDeps): void {
  const models = program.command("models").description("say where language models are, for the chat and for rewrites");

  models
    .command("list")
    .description("list the model providers, without their keys")
    .action(async () => {
      const items = await list(api());
      print(items, () =>
        items.length > 0
          ? table(items.map(({ name, kind, model, baseUrl }) => [name, kind, model, baseUrl]))
          : "There is no model provider yet. Add one with: portico models add",
      );
    });

  models
    .command("add")
    .description(`add a model provider; its key is read from ${KEY_VARIABLE}`)
    .argument("<kind>", "openai, anthropic, google or compatible (any address that speaks OpenAI's chat completions)")
    .requiredOption("--model <id>", "the model that is used where nobody says another")
    .option("--name <name>", "what people call it; left out, the kind")
    .option("--base-url <url>", "where it is; needed for compatible")
    .action(async (kind: string, { model, name = kind, baseUrl }: Record<string, string>) => {
      const apiKey = process.env[KEY_VARIABLE];
      const input = { kind, name, model, ...(baseUrl ? { baseUrl } : {}), ...(apiKey ? { apiKey } : {}) };
      const made = await api().request<ModelProvider>("POST", "/api/v1/model-providers", input);
      print(made, () => `Added ${made.name}. See whether it answers with: portico models test "${made.name}"`);
    });

  models
    .command("test")
    .description("ask a model for a word, and exit 1 when it does not answer")
    .argument("<provider>", "its name or id")
    .option("--model <id>", "instead of the provider's own")
    .action(async (provider: string, { model }: { model?: string }) => {
      const portico = api();
      const { id } = await find(portico, provider);
      const input = model ? { model } : {};
      const test = await portico.request<ModelTest>("POST", `/api/v1/model-providers/${id}/test`, input);
      print(test, () => (test.ok ? `${test.model} answers (${test.ms} ms)` : test.problem));
      if (!test.ok) process.exitCode = EXIT.failed;
    });

  models
    .command("remove")
    .description("remove a model provider and its key")
    .argument("<provider>", "its name or id")
    .action(async (provider: string) => {
      const portico = api();
      const { id, name } = await find(portico, provider);
      await portico.request("DELETE", `/api/v1/model-providers/${id}`);
      print({ id }, () => `Removed ${name}`);
    });
}

async function list(portico: Api): Promise<ModelProvider[]> {
  return (await portico.request<{ items: ModelProvider[] }>("GET", "/api/v1/model-providers")).items;
}

async function find(portico: Api, provider: string): Promise<ModelProvider> {
  const found = (await list(portico)).find(({ id, name }) => id === provider || name === provider);
  if (!found) throw new ApiError("not_found", `There is no model provider "${provider}". See: portico models list`);
  return found;
}
