import type { Connection } from "./ui-store";

export interface LiveMessage {
  type: string;
  payload: unknown;
}

export interface Live {
  /** Sends when the line is open; what is sent while it is not is lost, and `onOpen` tells when to send again. */
  send: (message: object) => void;
  close: () => void;
}

interface Handlers {
  onMessage: (message: LiveMessage) => void;
  onState: (state: Connection) => void;
  onOpen?: () => void;
  /** Called when the line is back after a break: something may have been missed. */
  onResume: () => void;
}

const FIRST_DELAY = 500;
const LONGEST_DELAY = 15_000;

/** How long to wait before attempt `n`: doubling, with up to a third of chance so that clients don't return together. */
export function backoff(attempt: number, random = Math.random()): number {
  const delay = Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** attempt);
  return Math.round(delay * (1 - random / 3));
}

/** Keeps one WebSocket open until it is closed. */
export function openLive(url: string, { onMessage, onState, onOpen, onResume }: Handlers): Live {
  let socket: WebSocket | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let attempt = 0;
  let broken = false;
  let closed = false;

  const connect = () => {
    onState(broken ? "waiting" : "connecting");
    socket = new WebSocket(url);
    socket.onopen = () => {
      attempt = 0;
      onState("live");
      onOpen?.();
      if (broken) onResume();
      broken = false;
    };
    socket.onmessage = (event) => {
      const message = parse(event.data);
      if (message) onMessage(message);
    };
    socket.onclose = () => {
      if (closed) return;
      broken = true;
      onState("waiting");
      timer = setTimeout(connect, backoff(attempt));
      attempt += 1;
    };
  };
  const retryNow = () => {
    if (!broken || closed) return;
    clearTimeout(timer);
    attempt = 0;
    connect();
  };

  connect();
  addEventListener("online", retryNow);
  return {
    send: (message) => {
      if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
    },
    close: () => {
      closed = true;
      clearTimeout(timer);
      removeEventListener("online", retryNow);
      socket?.close();
      onState("off");
    },
  };
}

function parse(data: unknown): LiveMessage | null {
  try {
    const message = JSON.parse(String(data)) as LiveMessage;
    return typeof message.type === "string" ? message : null;
  } catch {
    return null;
  }
}
