/** Sends a file and says how much of it has gone: fetch cannot tell, this can. */
import { base, Problem, Unreachable } from './client';
import type { ProblemBody } from './types';

export interface Sending {
  method: 'POST' | 'PUT';
  type: string;
  headers?: Record<string, string>;
  /** From 0 to 1. */
  onPart: (part: number) => void;
}

export function sendFile<T>(path: string, file: Blob, { method, type, headers, onPart }: Sending): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, base + path);
    request.setRequestHeader('Content-Type', type);
    request.setRequestHeader('Accept', 'application/json, application/problem+json');
    for (const [name, value] of Object.entries(headers ?? {})) request.setRequestHeader(name, value);
    request.upload.onprogress = (e) => e.lengthComputable && onPart(e.loaded / e.total);
    request.onload = () => {
      let body: unknown;
      try {
        body = JSON.parse(request.responseText);
      } catch {
        // A proxy's page, or nothing: the status says enough.
      }
      if (request.status >= 200 && request.status < 300) return resolve(body as T);
      const said = (body ?? {}) as Partial<ProblemBody>;
      reject(new Problem(request.status, said.code ?? `http-${request.status}`, said.fields ?? []));
    };
    request.onerror = () => reject(new Unreachable('network'));
    request.ontimeout = () => reject(new Unreachable('timeout'));
    request.send(file);
  });
}
