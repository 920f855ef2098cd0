import { Bone, Skeleton } from "@/components/ui/skeleton.tsx";

const ROWS = 12;

/** The toolbar, the filters, and the tree with the editor beside it. */
export default function ToolsLoading() {
  const pane = "h-[max(400px,calc(100dvh-200px))] overflow-hidden rounded-card border bg-surface";
  return (
    <Skeleton what="the tools">
      <div className="flex flex-col gap-2">
        <div className="flex flex-wrap items-center gap-x-6 gap-y-3">
          <Bone className="h-8 w-full sm:w-56" />
          <Bone className="h-[68px] w-80 max-w-full sm:h-8" />
          <Bone className="h-32 w-full max-w-4xl sm:h-12" />
        </div>
        <Bone className="h-8 w-full max-w-3xl" />
      </div>
      <div className="flex min-h-8 items-center">
        <Bone className="h-4 w-56" />
      </div>
      <div className="grid gap-4 lg:grid-cols-[minmax(0,1fr)_380px] xl:grid-cols-[minmax(0,2fr)_minmax(0,3fr)]">
        <div className={pane}>
          {Array.from({ length: ROWS }, (_, index) => (
            <div key={index} className="flex h-9 items-center gap-3 px-3">
              <Bone className="size-4" />
              <Bone className="h-4 w-2/5" />
              <Bone className="ml-auto h-4 w-16" />
            </div>
          ))}
        </div>
        <div className={`hidden p-4 lg:block ${pane}`}>
          <Bone className="h-4 w-3/4" />
        </div>
      </div>
    </Skeleton>
  );
}
