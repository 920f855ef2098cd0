import { Bone, Skeleton } from "@/components/ui/skeleton.tsx";

const ROWS = 4;

/** The versions, of which each has two lines. */
export default function VersionsLoading() {
  return (
    <Skeleton what="the versions">
      <div className="flex min-h-8 items-center">
        <Bone className="h-4 w-80 max-w-full" />
      </div>
      <div className="divide-y rounded-card border bg-surface">
        {Array.from({ length: ROWS }, (_, index) => (
          <div key={index} className="flex min-h-16 flex-col justify-center gap-1.5 px-4 py-2.5">
            <Bone className="h-4 w-24" />
            <Bone className="h-3.5 w-60 max-w-full" />
          </div>
        ))}
      </div>
    </Skeleton>
  );
}
