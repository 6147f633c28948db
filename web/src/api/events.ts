/**
 * Server-sent events over fetch. EventSource hides the pings and the status; this does not, so that a dead line is noticed
 * (nothing heard for `silence` ms) and a 401 is told from a lost network.
 */
import { send, Unreachable } from './client';

export interface Event {
  name: string;
  data: string;
}

/** listen calls onEvent until the stream ends (returns), breaks (throws Unreachable) or the signal aborts (returns). */
export async function listen(
  path: string,
  signal: AbortSignal,
  onEvent: (e: Event) => void,
  onOpen?: () => void,
  silence = 70_000,
): Promise<void> {
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  let heard: ReturnType<typeof setTimeout> | undefined;
  const alive = () => {
    clearTimeout(heard);
    heard = setTimeout(() => stop.abort(), silence);
  };
  try {
    // The request's own time limit would end a healthy stream, so the silence limit stands alone.
    const res = await send(path, { signal: either, timeout: 2_147_483_000 });
    if (!res.body) throw new Unreachable('no-stream');
    onOpen?.();
    alive();
    const reader = res.body.pipeThrough(new TextDecoderStream()).getReader();
    const leave = () => void reader.cancel().catch(() => undefined);
    if (either.aborted) leave();
    else either.addEventListener('abort', leave, { once: true });
    let text = '';
    for (;;) {
      const { value, done } = await reader.read();
      if (done && stop.signal.aborted) throw new Unreachable('silence');
      if (done) return;
      alive();
      text += value.replaceAll('\r\n', '\n');
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const event = parse(text.slice(0, end));
        text = text.slice(end + 2);
        if (event) onEvent(event);
      }
    }
  } catch (e) {
    if (signal.aborted) return;
    if (e instanceof Error && (e.name === 'Problem' || e.name === 'Unreachable')) throw e;
    throw new Unreachable('stream');
  } finally {
    clearTimeout(heard);
    stop.abort();
  }
}

function parse(block: string): Event | null {
  let name = 'message';
  const data: string[] = [];
  for (const line of block.split('\n')) {
    if (line.startsWith('event:')) name = line.slice(6).trim();
    else if (line.startsWith('data:')) data.push(line.slice(5).replace(/^ /, ''));
  }
  return data.length > 0 || name !== 'message' ? { name, data: data.join('\n') } : null;
}
