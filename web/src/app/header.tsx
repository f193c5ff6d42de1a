import Menu from "lucide-react/icons/menu";
import type { Me } from "@/api/types";
import { IconButton } from "@/components/button";
import { ClusterSwitch } from "@/features/chat/components/cluster-switch";
import { Link } from "@/lib/router";
import { ConnectionState } from "./connection-state";
import { Nav } from "./nav";
import { ThemeToggle } from "./theme-toggle";
import { UserMenu } from "./user-menu";

interface Props {
  section: string;
  me: Me | null;
  onMenu: () => void;
}

export function Header({ section, me, onMenu }: Props) {
  return (
    <header className="flex h-14 shrink-0 items-center gap-5 border-b border-line bg-surface px-4 max-lg:gap-3 max-sm:gap-2 max-sm:px-2">
      <IconButton label="Menu" onClick={onMenu} className="lg:hidden">
        <Menu size={18} aria-hidden="true" />
      </IconButton>
      <Link
        to="/chat"
        className="flex items-center gap-2.5 text-lg font-semibold tracking-tight max-sm:hidden"
      >
        <span className="logo" aria-hidden="true">
          k
        </span>
        <span>KubeChat</span>
      </Link>
      <div className="max-lg:hidden">
        <Nav section={section} />
      </div>
      <div className="ml-auto flex min-w-0 items-center gap-3 max-sm:gap-2">
        <ConnectionState />
        <ClusterSwitch />
        <span className="max-lg:hidden">
          <ThemeToggle />
        </span>
        {me && <UserMenu me={me} />}
      </div>
    </header>
  );
}
