"use client";

import { useParams } from "next/navigation";
import { GoneTool } from "./gone-tool.tsx";

/** A page that is shown in the place of another is given nothing, and takes from the address what it speaks of. */
export function GoneToolPage() {
  const { slug, operation } = useParams<{ slug: string; operation?: string }>();
  return <GoneTool href={`/servers/${slug}`} operation={operation ? decodeURIComponent(operation) : ""} />;
}
