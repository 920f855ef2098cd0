import { expect, it } from "vitest";
import { selectDialect } from "./dialects.ts";

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
