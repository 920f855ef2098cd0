import { setTimeout as wait } from "node:timers/promises";
import type { CallTool, NeedsReplies, Question, ReadResource, ServedVersion, ToolResult } from "@portico/mcp";
import { matchUriTemplate, parsePersonReply } from "@portico/mcp";

// What the official suite expects of a server that it tests: its tools, prompts and resources, by its own names.

type Input = Parameters<CallTool>[0] & { args: Record<string, unknown> };
type Run = (input: Input) => Promise<ToolResult | NeedsReplies> | ToolResult | NeedsReplies;

interface FixtureTool {
  description: string;
  inputSchema?: object;
  run: Run;
}

/** One red pixel. */
const PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==";
/** Silence. */
const WAV = "UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA=";

const text = (value: string): ToolResult => ({ content: [{ type: "text", text: value }] });
const object = (properties: object, required: string[] = []) => ({
  type: "object",
  properties,
  ...(required.length > 0 ? { required } : {}),
});

const form = (message: string, properties: object, required: string[] = []): Question => ({
  method: "elicitation/create",
  params: { message, requestedSchema: object(properties, required) },
});
const sample = (prompt: string, maxTokens = 100): Question => ({
  method: "sampling/createMessage",
  params: { messages: [{ role: "user", content: { type: "text", text: prompt } }], maxTokens },
});
const ROOTS: Question = { method: "roots/list", params: {} };
const name = { name: { type: "string" } };

/** Asks these questions, and goes on when all are answered. */
const asking =
  (questions: Record<string, Question>, then: Run): Run =>
  (input) => {
    const open = Object.entries(questions).filter(([key]) => input.replies[key] === undefined);
    return open.length > 0 ? { questions: Object.fromEntries(open) } : then(input);
  };

const elicited: Run = ({ replies }) => {
  const reply = parsePersonReply(replies.form);
  return text(`Elicitation completed: action=${reply?.action}, content=${JSON.stringify(reply?.content ?? {})}`);
};

const step = (message: string) => ({ confirm: form(message, { ok: { type: "boolean" } }, ["ok"]) });

function tools(changed: () => void): Record<string, FixtureTool> {
  const change: Run = () => {
    changed();
    return text("changed");
  };
  return {
    test_simple_text: { description: "A text", run: () => text("This is a simple text response for testing.") },
    test_image_content: {
      description: "An image",
      run: () => ({ content: [{ type: "image", data: PNG, mimeType: "image/png" }] }),
    },
    test_audio_content: {
      description: "A sound",
      run: () => ({ content: [{ type: "audio", data: WAV, mimeType: "audio/wav" }] }),
    },
    test_embedded_resource: {
      description: "A resource in the answer",
      run: () => ({
        content: [
          {
            type: "resource",
            resource: { uri: "test://embedded-resource", mimeType: "text/plain", text: "An embedded resource." },
          },
        ],
      }),
    },
    test_multiple_content_types: {
      description: "Several kinds of content",
      run: () => ({
        content: [
          { type: "text", text: "Multiple content types test:" },
          { type: "image", data: PNG, mimeType: "image/png" },
          {
            type: "resource",
            resource: { uri: "test://mixed", mimeType: "application/json", text: '{"test":"data","value":123}' },
          },
        ],
      }),
    },
    test_error_handling: {
      description: "An error of the tool",
      run: () => ({ ...text("This tool intentionally returns an error for testing"), isError: true }),
    },
    test_tool_with_logging: {
      description: "Says what it does",
      run: async ({ onLog }) => {
        for (const message of ["Tool execution started", "Tool processing data", "Tool execution completed"]) {
          onLog("info", message);
          await wait(50);
        }
        return text("done");
      },
    },
    test_logging_tool: {
      description: "Says something",
      run: ({ onLog }) => {
        onLog("info", "a message");
        return text("done");
      },
    },
    test_tool_with_progress: {
      description: "Takes three steps",
      run: async ({ onProgress }) => {
        for (const progress of [0, 50, 100]) {
          onProgress?.({ progress, total: 100 });
          await wait(50);
        }
        return text("done");
      },
    },
    test_sampling: {
      description: "Asks the client's model",
      inputSchema: object({ prompt: { type: "string" } }, ["prompt"]),
      run: (input) =>
        asking({ model: sample(String(input.args.prompt)) }, ({ replies }) =>
          text(`LLM response: ${(replies.model?.content as { text?: string })?.text}`),
        )(input),
    },
    test_elicitation: {
      description: "Asks the person",
      inputSchema: object({ message: { type: "string" } }, ["message"]),
      run: (input) =>
        asking(
          { form: form(String(input.args.message), { response: { type: "string" } }, ["response"]) },
          elicited,
        )(input),
    },
    test_elicitation_sep1034_defaults: {
      description: "A form with defaults",
      run: asking(
        {
          form: form("Check these", {
            name: { type: "string", default: "John Doe" },
            age: { type: "integer", default: 30 },
            score: { type: "number", default: 95.5 },
            status: { type: "string", enum: ["active", "inactive", "pending"], default: "active" },
            verified: { type: "boolean", default: true },
          }),
        },
        elicited,
      ),
    },
    test_elicitation_sep1330_enums: {
      description: "A form with choices",
      run: asking(
        {
          form: form("Choose", {
            untitledSingle: { type: "string", enum: ["option1", "option2", "option3"] },
            titledSingle: {
              type: "string",
              oneOf: ["First", "Second", "Third"].map((word, index) => ({
                const: `value${index + 1}`,
                title: `${word} Option`,
              })),
            },
            legacyEnum: {
              type: "string",
              enum: ["opt1", "opt2", "opt3"],
              enumNames: ["Option One", "Option Two", "Option Three"],
            },
            untitledMulti: { type: "array", items: { type: "string", enum: ["option1", "option2", "option3"] } },
            titledMulti: {
              type: "array",
              items: {
                anyOf: ["First", "Second", "Third"].map((word, index) => ({
                  const: `value${index + 1}`,
                  title: `${word} Choice`,
                })),
              },
            },
          }),
        },
        elicited,
      ),
    },
    json_schema_2020_12_tool: {
      description: "A schema with many keywords",
      inputSchema: {
        $schema: "https://json-schema.org/draft/2020-12/schema",
        type: "object",
        $defs: {
          address: {
            $anchor: "addressDef",
            type: "object",
            properties: { street: { type: "string" }, city: { type: "string" } },
          },
        },
        properties: {
          name: { type: "string" },
          address: { $ref: "#/$defs/address" },
          contactMethod: { type: "string", enum: ["phone", "email"] },
          phone: { type: "string" },
          email: { type: "string" },
        },
        allOf: [{ anyOf: [{ required: ["phone"] }, { required: ["email"] }] }],
        if: { properties: { contactMethod: { const: "phone" } }, required: ["contactMethod"] },
        // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema.
        then: { required: ["phone"] },
        else: { required: ["email"] },
        additionalProperties: false,
      },
      run: ({ args }) => text(JSON.stringify(args)),
    },
    test_missing_capability: {
      description: "Needs the client's model",
      run: asking({ model: sample("Hello") }, () => text("done")),
    },
    test_streaming_elicitation: {
      description: "Asks the person, after some progress",
      run: asking(step("Go on?"), () => text("done")),
    },
    test_trigger_tool_change: { description: "Changes the tools", run: change },
    test_trigger_prompt_change: { description: "Changes the prompts", run: change },
    test_input_required_result_elicitation: {
      description: "Asks for a name",
      run: asking({ user_name: form("What is your name?", name, ["name"]) }, ({ replies }) =>
        text(`Hello, ${parsePersonReply(replies.user_name)?.content?.name}!`),
      ),
    },
    test_input_required_result_sampling: {
      description: "Asks the model",
      run: asking({ capital_question: sample("What is the capital of France?") }, ({ replies }) =>
        text(JSON.stringify(replies.capital_question?.content)),
      ),
    },
    test_input_required_result_list_roots: {
      description: "Asks for the folders",
      run: asking({ client_roots: ROOTS }, ({ replies }) => text(JSON.stringify(replies.client_roots?.roots))),
    },
    test_input_required_result_request_state: {
      description: "Keeps its state",
      run: asking(step("Please confirm"), () => text("state-ok")),
    },
    test_input_required_result_multiple_inputs: {
      description: "Asks three at once",
      run: asking(
        {
          user_name: form("What is your name?", name, ["name"]),
          greeting: sample("Generate a greeting", 50),
          client_roots: ROOTS,
        },
        ({ replies }) => text(JSON.stringify(replies)),
      ),
    },
    test_input_required_result_multi_round: {
      description: "Asks twice",
      run: asking({ step1: form("Step 1: What is your name?", name, ["name"]) }, (input) =>
        asking({ step2: form("Step 2: What is your favorite color?", { color: { type: "string" } }, ["color"]) }, () =>
          text("done"),
        )(input),
      ),
    },
    test_input_required_result_tampered_state: {
      description: "Signs its state",
      run: asking(step("Please confirm"), () => text("done")),
    },
    test_input_required_result_capabilities: {
      description: "Asks only what the client can answer",
      run: (input) => {
        const all = { user_name: form("What is your name?", name, ["name"]), model: sample("Hello"), folders: ROOTS };
        const possible = Object.entries(all).filter(([, { method }]) => input.canAsk(method));
        return asking(Object.fromEntries(possible), () => text("done"))(input);
      },
    },
  };
}

const user = (content: Record<string, unknown>) => ({ role: "user" as const, content });

/** A version with all that the suite looks for; `changed` is called by its tools that change something. */
export function createFixture(changed: () => void): {
  version: ServedVersion;
  callTool: CallTool;
  readResource: ReadResource;
} {
  const all = tools(changed);
  const list = JSON.stringify(
    Object.entries(all).map(([name, { description, inputSchema }]) => ({
      name,
      description,
      inputSchema: inputSchema ?? object({}),
    })),
  );
  return {
    version: {
      versionId: "fixture-1",
      serverId: "fixture",
      organizationId: "fixture",
      serverInfo: { name: "portico-fixture", version: "1" },
      toolsList: () => list,
      dialect: "full",
      toolNames: new Set(Object.keys(all)),
      prompts: [
        {
          name: "test_simple_prompt",
          description: "A prompt without arguments",
          messages: [user({ type: "text", text: "This is a simple prompt for testing." })],
        },
        {
          name: "test_prompt_with_arguments",
          description: "A prompt with two arguments",
          arguments: [
            { name: "arg1", description: "The first", required: true, values: ["test", "testing", "other"] },
            { name: "arg2", description: "The second", required: true },
          ],
          messages: [user({ type: "text", text: "Prompt with arguments: arg1='{{arg1}}', arg2='{{arg2}}'" })],
        },
        {
          name: "test_prompt_with_embedded_resource",
          description: "A prompt with a resource",
          arguments: [{ name: "resourceUri", description: "Which one", required: true }],
          messages: [
            user({
              type: "resource",
              resource: { uri: "{{resourceUri}}", mimeType: "text/plain", text: "Embedded resource content." },
            }),
            user({ type: "text", text: "Please process the embedded resource above." }),
          ],
        },
        {
          name: "test_prompt_with_image",
          description: "A prompt with an image",
          messages: [
            user({ type: "image", data: PNG, mimeType: "image/png" }),
            user({ type: "text", text: "Please analyze the image above." }),
          ],
        },
        {
          name: "test_input_required_result_prompt",
          description: "A prompt that asks",
          arguments: [{ name: "context", description: "What it is about", required: true }],
          messages: [user({ type: "text", text: "In the context of {{context}}" })],
        },
      ],
      resources: [
        {
          uri: "test://static-text",
          name: "Static text",
          description: "A text",
          mimeType: "text/plain",
          text: "This is the content of the static text resource.",
        },
        {
          uri: "test://static-binary",
          name: "Static image",
          description: "An image",
          mimeType: "image/png",
          blob: PNG,
        },
        {
          uri: "test://watched-resource",
          name: "Watched",
          description: "One to subscribe to",
          mimeType: "text/plain",
          text: "Watched resource content",
        },
      ],
      resourceTemplates: [
        {
          uriTemplate: "test://template/{id}/data",
          name: "Template",
          description: "One with a place for an id",
          mimeType: "application/json",
        },
      ],
    },
    async callTool(input) {
      const args = (input.args ?? {}) as Record<string, unknown>;
      return (all[input.name] as FixtureTool).run({ ...input, args });
    },
    async readResource(uri) {
      const id = matchUriTemplate("test://template/{id}/data", uri)?.id;
      if (id === undefined) return undefined;
      return {
        uri,
        mimeType: "application/json",
        text: JSON.stringify({ id, templateTest: true, data: `Data ${id}` }),
      };
    },
  };
}
