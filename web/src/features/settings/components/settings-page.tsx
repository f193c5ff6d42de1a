import type { ReactNode } from "react";
import { Page, PageHeading } from "@/components/page";
import { Tabs } from "@/components/tabs";
import { models as m } from "@/messages/models";
import { settings as words } from "@/messages/settings";
import { Confirmations } from "./confirmations";
import { Looks } from "./looks";
import { ModelsPart } from "./models-part";
import { Profile } from "./profile";

const PARTS: { id: string; title: string; part: () => ReactNode }[] = [
  { id: "profile", title: words.profile, part: () => <Profile /> },
  { id: "looks", title: words.looksAndKeys, part: () => <Looks /> },
  { id: "confirmations", title: words.confirmations, part: () => <Confirmations /> },
  { id: "models", title: m.title, part: () => <ModelsPart /> },
];

/** What a person decides for themselves. None of it goes below what the policy asks for. */
export default function SettingsPage({ section }: { section: string | null }) {
  const current = PARTS.find(({ id }) => id === section) ?? PARTS[0];
  return (
    <Page>
      <PageHeading title={words.settings} />
      <Tabs
        label={words.parts}
        current={current?.id ?? ""}
        tabs={PARTS.map(({ id, title }) => ({ id, title, to: `/settings/${id}` }))}
      />
      <div className="flex flex-col gap-5 pt-5">{current?.part()}</div>
    </Page>
  );
}
