import { render } from "@testing-library/react";
import { expect, it } from "vitest";
import { Fill } from "./fill";

it("puts elements into the gaps of a sentence, wherever a translation has them", () => {
  const { container, rerender } = render(<Fill text={"Type {name} to confirm"} name={<b>web</b>} />);
  expect(container.innerHTML).toBe("Type <b>web</b> to confirm");
  rerender(<Fill text={"{name} tippen"} name={<b>web</b>} />);
  expect(container.innerHTML).toBe("<b>web</b> tippen");
});
