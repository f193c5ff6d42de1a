import { Component, type ReactNode } from "react";
import { ErrorNotice } from "@/components/error-notice";
import { app as m } from "@/messages/app";

/** A page that breaks says so and leaves the rest of the app standing. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { error: unknown }> {
  override state = { error: null };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    if (this.state.error === null) return this.props.children;
    return (
      <main id="main" className="mx-auto w-full max-w-[820px] flex-1 p-6">
        <ErrorNotice
          title={m.pageBroke}
          error={this.state.error}
          onRetry={() => this.setState({ error: null })}
        />
      </main>
    );
  }
}
