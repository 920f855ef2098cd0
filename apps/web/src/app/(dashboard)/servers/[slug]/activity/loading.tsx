import { Bone, Skeleton } from "@/components/ui/skeleton.tsx";

const CHOICES = 5;
const ROWS = 10;

/** The filters, the chart, and the calls. */
export default function ActivityLoading() {
  return (
    <Skeleton what="the calls">
      <div className="flex flex-wrap items-center gap-2">
        {Array.from({ length: CHOICES }, (_, index) => (
          <Bone key={index} className="h-8 w-32" />
        ))}
      </div>
      <div className="mt-2 flex flex-col gap-3">
        <Bone className="h-5 w-64 max-w-full" />
        <div className="rounded-card border bg-surface p-4 pt-5">
          <Bone className="h-44 w-full" />
        </div>
      </div>
      <div className="mt-2 divide-y rounded-card border bg-surface">
        {Array.from({ length: ROWS }, (_, index) => (
          <div key={index} className="flex h-10 items-center gap-4 px-3">
            <Bone className="h-4 w-40" />
            <Bone className="h-4 w-12" />
            <Bone className="ml-auto h-4 w-24" />
          </div>
        ))}
      </div>
    </Skeleton>
  );
}
