import type { ClientPreview } from "@portico/services";
import { ScrollRegion } from "@/components/ui/scroll-region.tsx";

const SHOWN_NAMES = 3;

/** One row for each known client: what it gets of the served version, and what does not work there. */
export function ClientsTable({ clients }: { clients: ClientPreview[] }) {
  return (
    <ScrollRegion label="What each client gets" className="bg-surface">
      <table className="w-full min-w-[46rem] text-left">
        <thead className="border-b bg-sunken text-muted">
          <tr>
            {["Client", "Tools", "Schemas", "Prompts", "Resources", "Widgets", "After a publish"].map((title) => (
              <th key={title} scope="col" className="px-4 py-2 font-medium">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y">
          {clients.map((client) => (
            <tr key={client.id} className="align-top">
              <th scope="row" className="px-4 py-2 font-medium">
                {client.label}
                {problemsOf(client).map((problem) => (
                  <p key={problem} className="text-sm font-normal text-muted">
                    {problem}
                  </p>
                ))}
              </th>
              <td className="px-4 py-2">{client.tools.toLocaleString("en")}</td>
              <td className="px-4 py-2 font-mono text-sm">{client.dialect}</td>
              <td className="px-4 py-2">{client.prompts || <InPlace standIns={client.standIns.prompts} />}</td>
              <td className="px-4 py-2">{client.resources || <InPlace standIns={client.standIns.resources} />}</td>
              <td className="px-4 py-2">
                {client.showsWidgets ? client.widgets || "shows them" : <Nothing label="text only" />}
              </td>
              <td className="px-4 py-2">{client.seesChanges ? "sees it at once" : "connect or refresh again"}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

/** Whether tools stand in for what a client does not have. */
function InPlace({ standIns }: { standIns: readonly string[] }) {
  return standIns.length > 0 ? <span title={standIns.join(", ")}>as tools</span> : <Nothing />;
}

function Nothing({ label = "none" }: { label?: string }) {
  return (
    <span className="text-muted">
      <span aria-hidden>–</span>
      <span className="sr-only">{label}</span>
    </span>
  );
}

function problemsOf({ leftOut, longNames, cannotAsk, asksInChat }: ClientPreview): string[] {
  const list = (names: string[]) =>
    `${names.slice(0, SHOWN_NAMES).join(", ")}${names.length > SHOWN_NAMES ? ` and ${names.length - SHOWN_NAMES} more` : ""}`;
  return [
    ...(leftOut > 0 ? [`Leaves out ${leftOut} tools: it takes no more of all servers together.`] : []),
    ...(longNames.length > 0 ? [`Names too long for it: ${list(longNames)}.`] : []),
    ...(cannotAsk.length > 0 ? [`Cannot ask a person, so these do nothing: ${list(cannotAsk)}.`] : []),
    ...(asksInChat.length > 0
      ? [`Shows no forms, so the model asks in the chat before it calls: ${list(asksInChat)}.`]
      : []),
  ];
}
