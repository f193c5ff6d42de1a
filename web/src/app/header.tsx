import Menu from "lucide-react/icons/menu";
import Search from "lucide-react/icons/search";
import type { Me } from "@/api/types";
import { IconButton } from "@/components/button";
import { Kbd } from "@/components/kbd";
import { MOD } from "@/lib/platform";
import { Link } from "@/lib/router";
import { useUi } from "@/lib/ui-store";
import { app as m } from "@/messages/app";
import { ClusterSwitch } from "./cluster-switch";
import { Nav } from "./nav";
import { StatusButton } from "./status-button";
import { UserMenu } from "./user-menu";

interface Props {
  section: string;
  me: Me | null;
  onMenu: () => void;
}

export function Header({ section, me, onMenu }: Props) {
  const setOverlay = useUi((ui) => ui.setOverlay);
  return (
    <header className="flex h-14 shrink-0 items-center gap-6 border-b border-line bg-surface px-4 max-xl:gap-3 max-sm:gap-1.5 max-sm:px-2">
      <IconButton label={m.menu} onClick={onMenu} className="lg:hidden">
        <Menu size={18} aria-hidden="true" />
      </IconButton>
      <Link
        to="/dashboard"
        className="flex items-center gap-2.5 text-lg font-semibold tracking-tight max-sm:hidden"
      >
        <span className="logo" aria-hidden="true">
          k
        </span>
        <span className="max-xl:sr-only">{m.kubechat}</span>
      </Link>
      <div className="max-lg:hidden">
        <Nav section={section} />
      </div>
      <div className="flex h-9 min-w-0 flex-1 items-center justify-end gap-2 max-sm:gap-1.5">
        {/* Grows to the left: when the cluster becomes known, nothing else moves. */}
        <ClusterSwitch />
        <button
          type="button"
          onClick={() => setOverlay("palette")}
          title={m.findOrDoAnything}
          aria-keyshortcuts="Control+K Meta+K"
          className="flex h-[34px] items-center gap-2 rounded-lg px-2.5 text-muted hover:bg-sunken hover:text-text max-sm:hidden"
        >
          <Search size={15} aria-hidden="true" />
          <span className="sr-only">{m.findOrDoAnything}</span>
          <span aria-hidden="true" className="max-xl:hidden">
            <Kbd>{MOD} K</Kbd>
          </span>
        </button>
        <StatusButton />
        {me ? <UserMenu me={me} /> : <span className="size-[30px] shrink-0" />}
      </div>
    </header>
  );
}
