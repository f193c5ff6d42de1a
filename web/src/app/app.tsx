import { QueryClientProvider } from "@tanstack/react-query";
import { useState } from "react";
import { LiveRegion } from "@/components/live-region";
import { createQueryClient } from "./query-client";
import { Routes } from "./routes";

export function App() {
  const [client] = useState(createQueryClient);
  return (
    <QueryClientProvider client={client}>
      <Routes />
      <LiveRegion />
    </QueryClientProvider>
  );
}
