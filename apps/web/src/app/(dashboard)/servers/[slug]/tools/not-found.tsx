import { GoneToolPage } from "@/components/try/gone-tool-page.tsx";

/** The pages of one tool, when the draft no longer has it. */
export default function ToolNotFound() {
  return <GoneToolPage />;
}
