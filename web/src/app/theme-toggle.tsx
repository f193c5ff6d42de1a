import Monitor from "lucide-react/icons/monitor";
import Moon from "lucide-react/icons/moon";
import Sun from "lucide-react/icons/sun";
import { IconButton } from "@/components/button";
import { type Theme, useTheme } from "@/lib/theme";
import { app as m } from "@/messages/app";

const ICONS = { light: Sun, dark: Moon, system: Monitor };
const WORDS: Record<Theme, string> = { light: "light", dark: "dark", system: m.themeSystem };

export function ThemeToggle() {
  const { theme, cycle } = useTheme();
  const Icon = ICONS[theme];
  return (
    <IconButton label={m.themeIs(WORDS[theme])} onClick={cycle}>
      <Icon size={16} aria-hidden="true" />
    </IconButton>
  );
}
