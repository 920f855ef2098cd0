const STEPS = [
  ["Read", "Portico reads the document and turns its operations into tools. Nothing is called yet."],
  ["Pick", "You see every tool with its cost in tokens and pick the ones that a model should have."],
  ["Publish", "You get one URL for Claude, ChatGPT, Cursor and every other MCP client."],
] as const;

/** Three lines that say what importing leads to. */
export function WhatHappens() {
  return (
    <ol className="grid gap-3 sm:grid-cols-3 sm:gap-6">
      {STEPS.map(([verb, sentence], index) => (
        <li key={verb} className="flex gap-3 sm:flex-col sm:gap-1">
          <span className="w-20 shrink-0 font-medium">
            <span className="mr-1.5 text-faint">{index + 1}</span>
            {verb}
          </span>
          <span className="text-muted">{sentence}</span>
        </li>
      ))}
    </ol>
  );
}
