import { expect, it } from "vitest";
import { KNOWN_CLIENTS, recognizeClient, selectDialect } from "./clients.ts";

it.each([
  [{ name: "cursor-vscode" }, "full"],
  [{ name: "Anthropic/ClaudeAI", userAgent: "Claude-User" }, "full"],
  [{ name: "Anthropic" }, "full"],
  [{ name: "claude-ai" }, "full"],
  [{ name: "claude-code" }, "full"],
  [{ userAgent: "Claude-User" }, "full"],
  [{ userAgent: "claude-code/2.1.274 (cli)" }, "full"],
  [{ name: "openai-mcp" }, "safe"],
  [{ userAgent: "openai-mcp/1.0.0 (+https://openai.com/bot)" }, "safe"],
  [{ name: "gemini-cli-mcp-client" }, "gemini"],
  [{ name: "Visual Studio Code" }, "safe"],
  [{ name: "not-claude" }, "safe"],
  [{ name: "goose", userAgent: "Mozilla/5.0 Claude-User" }, "safe"],
  [{}, "safe"],
] as const)("%j lists tools in %s", (client, want) => {
  expect(selectDialect({ dialect: "auto" }, client)).toBe(want);
});

it("follows the builder's choice whoever asks", () => {
  expect(selectDialect({ dialect: "openai-strict" }, { name: "cursor-vscode" })).toBe("openai-strict");
});

it.each([
  [{ name: "claude-code", userAgent: "claude-code/2.1.258 (claude-vscode)" }, "claude-code"],
  [{ name: "claude-ai", userAgent: "claude-code/2.1.300 (claude-desktop, agent-sdk/1)" }, "claude-code"],
  [{ name: "Anthropic/ClaudeAI" }, "claude"],
  [{ name: "Codex" }, "codex"],
  [{ name: "codex-mcp-client" }, "codex"],
  [{ name: "McpToolsListClient", userAgent: "MicrosoftCopilotStudio-AgenticLoop/1.0" }, "copilot-studio"],
  [{ name: "Visual Studio Code" }, "vscode"],
  [{ name: "windsurf-client" }, "windsurf"],
  [{ name: "my-cursor" }, undefined],
] as const)("%j is %s", (client, want) => {
  expect(recognizeClient(client)?.id).toBe(want);
});

it("knows every client once, by words that no row before it takes", () => {
  expect(new Set(KNOWN_CLIENTS.map(({ id }) => id)).size).toBe(KNOWN_CLIENTS.length);
  for (const { id, names = [], userAgents = [] } of KNOWN_CLIENTS) {
    for (const name of names) expect([name, recognizeClient({ name })?.id]).toEqual([name, id]);
    for (const userAgent of userAgents)
      expect([userAgent, recognizeClient({ userAgent })?.id]).toEqual([userAgent, id]);
  }
});
