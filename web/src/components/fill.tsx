import { Fragment, type ReactNode } from "react";

type Gaps<T extends string> = T extends `${string}{${infer Gap}}${infer Rest}` ? Gap | Gaps<Rest> : never;

/** A sentence whose `{gaps}` are elements, so that a translation can move them. */
export function Fill<T extends string>({ text, ...parts }: { text: T } & Record<Gaps<T>, ReactNode>) {
  const pieces = text.split(/\{(\w+)\}/);
  return pieces.map((piece, i) => (
    <Fragment key={`${i} ${piece}`}>
      {i % 2 === 0 ? piece : (parts as unknown as Record<string, ReactNode>)[piece]}
    </Fragment>
  ));
}
