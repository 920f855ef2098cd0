import { diffVersions, isAllowed, listVersions, type VersionView } from "@portico/services";
import Link from "next/link";
import { buttonClass } from "@/components/ui/button.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { Time } from "@/components/ui/time.tsx";
import { CompareChoice } from "@/components/version/compare-choice.tsx";
import { RollBack } from "@/components/version/roll-back.tsx";
import { VersionChanges } from "@/components/version/version-changes.tsx";
import { readServer } from "@/server/read-server.ts";

type Query = Record<string, string | string[] | undefined>;

/** Two versions of a server side by side; the address says which. */
export default async function ComparePage({
  params,
  searchParams,
}: {
  params: Promise<{ slug: string }>;
  searchParams: Promise<Query>;
}) {
  const { server, session } = await readServer((await params).slug);
  const { ctx } = session;
  const query = await searchParams;
  const versions = await listVersions({ ctx, input: { serverId: server.id } });
  const href = `/servers/${server.slug}/versions`;
  if (versions.length < 2)
    return (
      <EmptyState
        title="There are no two versions yet"
        action={
          <Link href={versions.length > 0 ? href : `/servers/${server.slug}/tools`} className={buttonClass()}>
            {versions.length > 0 ? "Look at the one that there is" : "Look at the draft"}
          </Link>
        }
      >
        Each time the draft is published, a version appears. From the second on, any two can be compared here.
      </EmptyState>
    );
  const [before, after] = choose(versions, query);
  const served = versions.find(({ isServed }) => isServed);
  const { changes } = await diffVersions({
    ctx,
    input: { id: server.id, before: before.number, after: after.number },
  });
  const mayPublish = isAllowed(ctx.actor, "server.publish");
  const others = [before, after].filter(
    ({ isServed }, at, both) => !isServed && both[at - 1]?.number !== both[at]?.number,
  );
  return (
    <div className="flex flex-col gap-6">
      <header className="flex flex-col gap-1">
        <h2 className="text-lg font-semibold">
          What changes from version {before.number} to version {after.number}
        </h2>
        <p className="text-muted">
          <Link href={href} className="underline underline-offset-2 hover:text-ink">
            All versions
          </Link>
        </p>
      </header>
      <CompareChoice
        action={`${href}/compare`}
        numbers={versions.map(({ number }) => number)}
        served={served?.number}
        before={before.number}
        after={after.number}
      />
      {isUnknown(versions, query) ? (
        <Notice title="There is no such version">The address named one that this server does not have.</Notice>
      ) : null}
      <dl className="grid gap-3 sm:grid-cols-2">
        {[before, after].map((version, at) => (
          <div key={at} className="flex flex-col gap-0.5 rounded-card border bg-surface px-4 py-3">
            <dt className="font-medium">
              Version {version.number}
              {version.isServed ? ", served" : ""}
            </dt>
            <dd className="text-sm text-muted">
              published <Time at={version.createdAt} />
            </dd>
            {version.note ? <dd className="whitespace-pre-line [overflow-wrap:anywhere]">{version.note}</dd> : null}
          </div>
        ))}
      </dl>
      <VersionChanges changes={changes} before={figuresOf(before)} after={figuresOf(after)} />
      {mayPublish && others.length > 0 ? (
        <div className="flex flex-wrap gap-2 border-t pt-4">
          {others.map(({ number, toolCount }) => (
            <RollBack
              key={number}
              serverId={server.id}
              number={number}
              toolCount={toolCount}
              served={served?.number ?? 0}
            />
          ))}
        </div>
      ) : null}
    </div>
  );
}

/** Those of the address; without one, what is served and the newest other one, the older first. */
function choose(versions: VersionView[], query: Query): [VersionView, VersionView] {
  const wanted = (name: string) => versions.find(({ number }) => String(number) === query[name]);
  const served = versions.find(({ isServed }) => isServed);
  const other = versions.find(({ isServed }) => !isServed);
  const [older, newer] = [served, other].sort((one, two) => (one?.number ?? 0) - (two?.number ?? 0));
  // There are at least two.
  const [first, second] = [older ?? versions[1], newer ?? versions[0]] as [VersionView, VersionView];
  return [wanted("before") ?? first, wanted("after") ?? second];
}

function isUnknown(versions: VersionView[], query: Query): boolean {
  return ["before", "after"].some(
    (name) => query[name] !== undefined && !versions.some(({ number }) => String(number) === query[name]),
  );
}

function figuresOf({ number, toolCount, tokenCount }: VersionView) {
  return { label: `Version ${number}`, tools: toolCount, tokens: tokenCount };
}
