import { Drawer } from "@/components/drawer";
import { SessionList } from "@/features/chat/components/session-list";
import { useWhere } from "@/lib/use-where";
import { app as m } from "@/messages/app";
import { Nav } from "./nav";
import { ThemeToggle } from "./theme-toggle";

export default function NavDrawer({ section, onClose }: { section: string; onClose: () => void }) {
  const { sessionId } = useWhere();
  return (
    <Drawer label={m.menu} onClose={onClose}>
      <div className="mb-4 flex items-start justify-between">
        <Nav section={section} vertical onPick={onClose} />
        <ThemeToggle />
      </div>
      <SessionList current={sessionId} onPick={onClose} />
    </Drawer>
  );
}
