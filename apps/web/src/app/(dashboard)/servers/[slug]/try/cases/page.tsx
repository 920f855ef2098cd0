import { EVAL_CASES_MAX, isAllowed, listEvalCases, listProfiles, listTools } from "@portico/services";
import { EvalCases } from "@/components/eval/eval-cases.tsx";
import { NotAllowed } from "@/components/shell/not-allowed.tsx";
import { readServer } from "@/server/read-server.ts";

export default async function EvalCasesPage({ params }: { params: Promise<{ slug: string }> }) {
  const { server, session } = await readServer((await params).slug);
  const { ctx } = session;
  if (!isAllowed(ctx.actor, "server.write")) return <NotAllowed what="try tools" />;
  const input = { serverId: server.id };
  const [cases, tools, profiles] = await Promise.all([
    listEvalCases({ ctx, input }),
    listTools({ ctx, input }),
    listProfiles({ ctx, input }),
  ]);
  return (
    <EvalCases
      href={`/servers/${server.slug}`}
      cases={cases}
      tools={[
        ...tools.flatMap(({ operation, tool, isSelected }) =>
          tool && isSelected ? [{ key: operation.key, name: tool.name }] : [],
        ),
        ...server.composedTools.map(({ name }) => ({ key: name, name })),
      ]}
      profiles={profiles.map(({ id, name }) => ({ id, name }))}
      isPublished={server.publishedVersion !== null}
      casesMax={EVAL_CASES_MAX}
    />
  );
}
